"""The dataset in the formats of annotation tools, and labels back from them: one module per format."""

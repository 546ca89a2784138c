"""loganalyzer: container logs in, timeline and root-cause verdict out."""

__all__ = ["__version__"]

__version__ = "0.1.0"

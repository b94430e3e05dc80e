"""Projects and indicators: questions answered from the registry, each figure with its row or formula."""

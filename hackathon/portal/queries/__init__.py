"""Reading for the pages that show several features at once. Columns into frozen rows; the number of queries never grows."""

"""The register of co-financing: what others bring, in money or in hours, against what the region has to reach."""

"""HTTP for machines: the resources of the specification, a file each."""

#!/bin/bash
# What an administrator sees, on the newest kernel of the archive, with OPEN_TREE_NAMESPACE.
exec "$(dirname "$0")/e2e/machine" newest native site

#!/bin/bash
# Sessions on 6.12, which has no OPEN_TREE_NAMESPACE: unshare and pivot_root.
exec "$(dirname "$0")/e2e/machine" 6.12 pivot sessions

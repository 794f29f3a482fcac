#!/bin/bash
# The ways out, on 6.12.
exec "$(dirname "$0")/e2e/machine" 6.12 pivot escapes

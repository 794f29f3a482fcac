# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: what is mounted in the session shows on the host (propagation)
# closed by: the copies are private, or slaves, before anything is attached
# isolate: -
# kernel: 6.12

propagation=unchanged
control() { start_sandbox true; }
attempt() {
	root_try spread "$home"
	host_try has-spread
	# On the host it is gone by that, and here with it.
	[[ $output == *ESCAPED* ]] || root_try unspread "$home"
}

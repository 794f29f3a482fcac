# SPDX-License-Identifier: BSD-3-Clause
# fish completion for nstree(8): commands, options, users, services, trees, codes of messages, files.

set -l commands check explain diff run list show refresh clean import help

function __nstree_services
	for directory in /etc/pam.d /usr/lib/pam.d
		test -d $directory; and command ls $directory
	end
end

function __nstree_trees
	for file in /etc/security/nstree.d/*.fstab /usr/share/nstree/*.fstab
		command basename $file .fstab
	end
end

# The lines of the codes' list that are not indented.
function __nstree_codes
	type -q nstree; and nstree help codes --no-color | string match -v ' *'
end

# The user or namespace has not been given yet.
function __nstree_lacks_argument
	set -l words (commandline -opc)
	set -l given 0
	set -l skip 0
	for word in $words[2..-1]
		if test $skip = 1
			set skip 0
			continue
		end
		switch $word
			case --conf --service --from --tty --env --output --root
				set skip 1
			case '-*'
			case '*'
				set given (math $given + 1)
		end
	end
	test $given = 1
end

complete -c nstree -f
complete -c nstree -n "not __fish_seen_subcommand_from $commands" -a check -d 'read the whole policy and every tree it names'
complete -c nstree -n "not __fish_seen_subcommand_from $commands" -a explain -d 'show which rule a user gets, and the tree as it would be'
complete -c nstree -n "not __fish_seen_subcommand_from $commands" -a diff -d 'show whose session changes from one policy to another, and how'
complete -c nstree -n "not __fish_seen_subcommand_from $commands" -a run -d "open a user's session here and now, and run a command in it"
complete -c nstree -n "not __fish_seen_subcommand_from $commands" -a list -d 'list the live sessions'
complete -c nstree -n "not __fish_seen_subcommand_from $commands" -a show -d 'show the mounts of a live session'
complete -c nstree -n "not __fish_seen_subcommand_from $commands" -a refresh -d 'update the mounts of live sessions to the policy'
complete -c nstree -n "not __fish_seen_subcommand_from $commands" -a clean -d 'take away directories that ended sessions have left'
complete -c nstree -n "not __fish_seen_subcommand_from $commands" -a import -d 'turn what other programs are told (pam_namespace, sshd, bwrap, firejail, jailkit) into rules and trees'
complete -c nstree -n "not __fish_seen_subcommand_from $commands" -a help -d 'tell more of a command, or of the code that a message ends with'
complete -c nstree -l help -d 'print the usage'
complete -c nstree -l version -d 'print the version'
complete -c nstree -n '__fish_seen_subcommand_from explain run show refresh; and __nstree_lacks_argument' -a '(__fish_complete_users)'
complete -c nstree -n '__fish_seen_subcommand_from check explain run' -l conf -r -F -d 'the policy to read'
complete -c nstree -n '__fish_seen_subcommand_from explain run' -l service -x -a '(__nstree_services)' -d 'the PAM service that the user logs in by'
complete -c nstree -n '__fish_seen_subcommand_from explain run diff' -l from -x -d 'the address that the user logs in from'
complete -c nstree -n '__fish_seen_subcommand_from explain run diff' -l tty -x -a 'ssh cron tty1' -d 'the terminal that the user logs in on'
complete -c nstree -n '__fish_seen_subcommand_from explain run' -l env -x -d 'a variable that PAM modules set at the login'
complete -c nstree -n '__fish_seen_subcommand_from explain' -l all -d 'all users and services, not one'
complete -c nstree -n '__fish_seen_subcommand_from list' -l all -d "also the sessions on the host's tree"
complete -c nstree -n '__fish_seen_subcommand_from explain' -l users -d 'a line for each user and service'
complete -c nstree -n '__fish_seen_subcommand_from run' -l keep-root -d 'stay root in the session'
complete -c nstree -n '__fish_seen_subcommand_from check' -l kernel -d 'what works on this kernel'
complete -c nstree -n '__fish_seen_subcommand_from check' -l pam -d "look at PAM's stacks"
complete -c nstree -n '__fish_seen_subcommand_from check' -l root -x -a '(__fish_complete_directories)' -d 'read what is in this directory'
complete -c nstree -n '__fish_seen_subcommand_from check' -l no-try -d 'only read, and do not try the trees'
complete -c nstree -n '__fish_seen_subcommand_from check; and __fish_contains_opt pam' -a '(__nstree_services)'
complete -c nstree -n '__fish_seen_subcommand_from check; and not __fish_contains_opt pam; and __nstree_lacks_argument' -a '(__nstree_trees)'
complete -c nstree -n '__fish_seen_subcommand_from help; and __nstree_lacks_argument' -a "$commands codes (__nstree_codes)"
complete -c nstree -n '__fish_seen_subcommand_from help' -l no-color -d 'no colour, on a terminal either'
complete -c nstree -n '__fish_seen_subcommand_from import' -l output -x -a '(__fish_complete_directories)' -d 'write files there'
complete -c nstree -n '__fish_seen_subcommand_from import diff' -F
complete -c nstree -n '__fish_seen_subcommand_from check explain diff list show refresh import' -l json -d 'print one JSON object'
complete -c nstree -n '__fish_seen_subcommand_from check explain diff list show refresh import' -l no-color -d 'no colour, on a terminal either'

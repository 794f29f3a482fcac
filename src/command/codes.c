/* SPDX-License-Identifier: BSD-3-Clause */
#include "codes.h"

#include <string.h>

#include "policy.h"
#include "treefile.h"

#define ALL "Every session but root's is refused."
#define TREE "Sessions that get this tree are refused."
#define OPENS "The session opens; "

/* By the order of enum error_code, which nstree help lists. */
static const struct code codes[CODES] = {
	[CODE_MISSING_POLICY] = {"missing-policy",
				 "The policy, or the file that conf= names, does not exist.", ALL,
				 "Write the file, or name another one with conf= in the PAM stack.",
				 "* * -    # a first rule: everyone stays in the host's own tree"},
	[CODE_EMPTY_FILE] =
		{"empty-file", "A policy or tree is empty, or holds nothing but comments.",
		 "Sessions that it decides on are refused: an empty file is more often lost than "
		 "meant.",
		 "Put the file back, or write at least one rule, or the row of the root.", "* * -"},
	[CODE_UNTRUSTED_FILE] =
		{"untrusted-file",
		 "A user other than root can write the file, or a directory above it.",
		 "Sessions that the file decides on are refused: it may not be root's words.",
		 "Give the file and each directory above it to root, writable by no one else.",
		 "chown root:root " POLICY_FILE "; chmod go-w " POLICY_FILE},
	[CODE_UNREADABLE_FILE] =
		{"unreadable-file",
		 "A file cannot be read: it is no regular file, too large, or the disk failed.",
		 "Sessions that the file decides on are refused.",
		 "Put a plain text file there; see the reason in the message.",
		 "namei -l " POLICY_FILE},
	[CODE_TEXT_ENCODING] =
		{"text-encoding",
		 "A byte that does not belong in plain text: a byte order mark, DOS line ends, a "
		 "NUL.",
		 "Sessions that the file decides on are refused.",
		 "Save the file as UTF-8 or ASCII without a mark, with newlines alone.",
		 "sed -i 's/\\r$//' " POLICY_FILE},
	[CODE_INCLUDE_LINE] =
		{"include-line",
		 "An include line is wrong: its file is missing, includes itself, or the pattern "
		 "is none.",
		 ALL,
		 "Write one absolute path for each line; a wildcard only in the name of the file.",
		 "include " SYSCONFDIR "/security/nstree.conf.d/*.conf"},
	[CODE_RULE_COLUMNS] =
		{"rule-columns",
		 "A line of the policy is not a rule: it lacks columns, or is too long.", ALL,
		 "Write who, service and tree, and then options, with blanks or tabs between them.",
		 "@contractors sshd contractor isolate=ptrace+signal"},
	[CODE_RULE_WHO] =
		{"rule-who", "The first column of a rule names nobody that can be looked up.", ALL,
		 "Write users, @groups, ranges of uids or *, joined by commas; ! excludes one.",
		 "alice,@contractors,2000:2999,!bob sshd contractor"},
	[CODE_RULE_SERVICE] = {"rule-service", "The second column of a rule is no PAM service.",
			       ALL, "Write names of files in /etc/pam.d, joined by commas, or *.",
			       "@contractors sshd,login contractor"},
	[CODE_RULE_TREE] = {"rule-tree", "The third column of a rule is no name of a tree.",
			    "Sessions of the rule are refused.",
			    "Write the name without directory and .fstab; - for the host's own "
			    "tree; deny for none.",
			    "@contractors * contractor"},
	[CODE_RULE_OPTION] =
		{"rule-option",
		 "An option of a rule is unknown, twice, without a value, or of no effect there.",
		 ALL,
		 "Write isolate=, share=, net=, tcp=, udp=, from= or tty= with a value, once, "
		 "behind the tree.",
		 "alice * host-ro isolate=pid share=none"},
	[CODE_RULE_ISOLATE] = {"rule-isolate",
			       "isolate= has a word that it does not know, or twice.", ALL,
			       "Write words of nstree.conf(5) joined by +, or none alone.",
			       "alice * host-ro isolate=ptrace+signal"},
	[CODE_RULE_SHARE] =
		{"rule-share", "share= has an unknown word, or goes against another option.", ALL,
		 "Write share=user, for one tree for all sessions of a user, or share=none.",
		 "alice * host-ro share=user"},
	[CODE_RULE_NETWORK] = {"rule-network",
			       "net=, tcp= or udp= is wrong: a port, a range, or what it is for.",
			       ALL,
			       "Write net=none or a network's name; ports as connect: and bind: "
			       "with numbers or ranges.",
			       "alice * host-ro net=none tcp=connect:443"},
	[CODE_RULE_CONDITION] = {"rule-condition",
				 "from= or tty= is wrong, or cannot be decided from what is known.",
				 "Sessions of the rule are refused.",
				 "Write addresses, prefixes such as 192.0.2.0/24, local, or host "
				 "names; terminals by name or pattern.",
				 "alice sshd host-ro from=192.0.2.0/24,local"},
	[CODE_UNKNOWN_USER] =
		{"unknown-user", "A rule names a user that no source of nsswitch.conf(5) knows.",
		 "The rule passes the user over: a later rule decides, perhaps with a wider tree.",
		 "Correct the name, make the user, or leave it out; @ stands before a group.",
		 "getent passwd alice"},
	[CODE_UNKNOWN_GROUP] = {"unknown-group",
				"A rule names a group that no source of nsswitch.conf(5) knows.",
				"The rule matches nobody by that group: a later rule decides, and "
				"the log has a warning.",
				"Correct the name, make the group, or leave it out.",
				"getent group contractors"},
	[CODE_UNKNOWN_NETGROUP] =
		{"unknown-netgroup",
		 "A rule names a netgroup that no source of nsswitch.conf(5) knows.",
		 "The rule matches nobody by that netgroup: a later rule decides, and the log has "
		 "a "
		 "warning.",
		 "Correct the name, make the netgroup, or leave it out.",
		 "getent netgroup night_shift"},
	[CODE_UNKNOWN_SERVICE] = {"unknown-service",
				  "A service has no stack in /etc/pam.d or /usr/lib/pam.d.",
				  "The rule never matches by that service.",
				  "Correct the name, or install what brings the file.",
				  "ls /etc/pam.d /usr/lib/pam.d"},
	[CODE_UNKNOWN_TREE] = {"unknown-tree", "A rule names a tree that has no file.",
			       "Sessions of the rule are refused.",
			       "Write " TREE_DIRECTORY
			       "/NAME.fstab, or name another tree in the rule.",
			       "cp " TREE_DIRECTORY_SHIPPED "/host-ro.fstab " TREE_DIRECTORY
			       "/mine.fstab"},
	[CODE_UNREACHABLE_RULE] =
		{"unreachable-rule",
		 "Rules above take all sessions of this one: the first that matches decides.",
		 "Its sessions get the tree of a rule above.",
		 "Put the narrow rule above the wide one, or leave it out.",
		 "alice * -    # first\n* * host-ro"},
	[CODE_NO_LAST_RULE] = {"no-last-rule", "No rule is for everyone else.",
			       "Who matches no rule stays in the host's own tree.",
			       "Say it with a last rule, or name a tree there.", "* * -"},
	[CODE_DENIED] =
		{"denied", "The rule's tree is deny.", "The session is refused, as the rule says.",
		 "Nothing if it is meant; else name a tree in the rule, or - for the host's own.",
		 "alice sshd -"},
	[CODE_NAME_SERVICE] =
		{"name-service",
		 "A source of nsswitch.conf(5) could not answer who is in a group, or who a user "
		 "is.",
		 "Sessions that the answer decides on are refused: a rule must not be passed over.",
		 "Mend the source, or take it out of nsswitch.conf.",
		 "getent group contractors; journalctl -u sssd"},
	[CODE_NO_ADMINISTRATOR] =
		{"no-administrator",
		 "Nobody could become root any more: administrators are in trees where sudo does "
		 "not work.",
		 "Administrators log in and cannot repair anything; root cannot log in at all.",
		 "Leave root and the administrators on the host's tree by the first rules.",
		 "root,@sudo,@wheel * -"},
	[CODE_KERNEL_FEATURE] =
		{"kernel-feature", "This kernel lacks what a word of the rule or a row needs.",
		 "Refused where the rule or row asks for it; without it where it is a default.",
		 "Leave the word out, or boot the kernel that the message names.",
		 "nstree check --kernel"},
	[CODE_NETWORK_NAMESPACE] =
		{"network-namespace",
		 "net= names a network namespace that is not there, or is none.",
		 "Sessions of the rule are refused.",
		 "Make it at boot, before logins; or write net=none or net=host.",
		 "ip netns add lab"},
	[CODE_NETWORK_LEAK] =
		{"network-leak",
		 "A row leads to a daemon that asks the host's network for the session.",
		 OPENS "names can be looked up, and so data sent, by way of the daemon.",
		 "Add x-nstree.net=host to the row: a session with a network of its own lacks it "
		 "then.",
		 "/run/nscd /run/nscd none bind,ro,nofail,x-nstree.net=host"},
	[CODE_NETWORK_SYSFS] = {"network-sysfs",
				"A row shows the host's network interfaces to a session with a "
				"network of its own.",
				OPENS "/sys/class/net and more of the host's network can be read.",
				"Write /sys as the row's source, which becomes the session's own, "
				"or leave the row out.",
				"/sys /sys none rbind,ro,nosuid,nodev,noexec"},
	[CODE_NO_DNS] = {"no-dns", "The rule's ports leave DNS out.",
			 OPENS
			 "names are found in /etc/hosts alone, or by a daemon that a row leads to.",
			 "Open UDP port 53, if names are to be looked up.",
			 "alice * host-ro tcp=connect:443 udp=connect:53"},
	[CODE_TCP_LISTEN] = {"tcp-listen",
			     "tcp= restricts bind(2), and a server can listen without it.",
			     OPENS
			     "a server that does not choose its port gets one from the kernel.",
			     "Nothing if that is meant; with net=none nobody outside reaches it.",
			     "alice * host-ro net=none tcp=connect:443,bind:none"},
	[CODE_TREE_ROOT] = {"tree-root", "A tree's first row, and no other, must be its root.",
			    TREE, "Write one row with the target / first: a directory or a tmpfs.",
			    "tmpfs / tmpfs mode=0755,size=4m"},
	[CODE_TREE_BASE] =
		{"tree-base",
		 "The row of type nstree.tree, which a tree is built on, is wrong, or leads in a "
		 "circle.",
		 TREE,
		 "Write it once, as the first row, with the name of another tree and the target /.",
		 "host-ro / nstree.tree"},
	[CODE_ROW_COLUMNS] =
		{"row-columns", "A line of a tree is not a row of fstab(5).", TREE,
		 "Write source, target, type and options; a blank within a field is \\040.",
		 "/srv/data /srv/data none bind,ro"},
	[CODE_ROW_TYPE] =
		{"row-type", "The third column of a row is no type that can be mounted.", TREE,
		 "Write none for a bind, a filesystem's name, nstree.dev or nstree.symlink.",
		 "/usr /usr none rbind,ro"},
	[CODE_ROW_SOURCE] =
		{"row-source", "The first column of a row is no source.", TREE,
		 "Write an absolute path without . and ..; labels and UUIDs as /dev/disk/by-...",
		 "/srv/data /srv/data none bind,ro"},
	[CODE_ROW_TARGET] = {"row-target", "The second column of a row is no place in the tree.",
			     TREE, "Write an absolute path without . and ..",
			     "/srv/data /srv/data none bind,ro"},
	[CODE_ROW_OPTION] =
		{"row-option",
		 "An option of a row is unknown, has a wrong value, or does not go with the type.",
		 TREE, "Write options of nstree.fstab(5); the filesystem's own are in mount(8).",
		 "tmpfs /tmp tmpfs mode=1777,size=256m,nosuid,nodev"},
	[CODE_SPECIFIER] = {"specifier",
			    "A % and the letter behind it are no specifier, or its value cannot be "
			    "part of a path.",
			    TREE,
			    "Write %u %U %g %G %h %s %i %{VARIABLE}, or %% for a percent sign.",
			    "/srv/%u /srv/%u none bind,nosuid,nodev"},
	[CODE_HIDDEN_ROW] = {"hidden-row", "A later row is mounted above this one and hides it.",
			     OPENS "what the row brings cannot be seen in it.",
			     "Put the row below the one that the message names, or leave it out.",
			     "tmpfs /mnt tmpfs mode=0755\n/srv/a /mnt/a none bind,X-mount.mkdir"},
	[CODE_MISSING_NOSUID] = {"missing-nosuid",
				 "Users can write there, and set-uid programs count.",
				 OPENS
				 "a set-uid program that gets there runs with its owner's rights.",
				 "Add nosuid and nodev.", "%h %h none bind,nosuid,nodev"},
	[CODE_MISSING_PROC] = {"missing-proc", "isolate=pid without a proc of the session's own.",
			       OPENS "/proc is missing, or shows the host's processes.",
			       "Add the row.", "proc /proc proc nosuid,nodev,noexec"},
	[CODE_MISSING_SOURCE] = {"missing-source",
				 "What a row is to show does not exist on the host.", TREE,
				 "Make it, or add nofail if it may be missing: the session then "
				 "does without the row.",
				 "/scratch /scratch none bind,nofail,nosuid,nodev"},
	[CODE_SOURCE_OWNER] = {"source-owner",
			       "x-nstree.create found a directory that is not the user's own.",
			       TREE,
			       "Look at what is in it; then move it away, give it to the user, or "
			       "name its owner.",
			       "chown -R alice: /var/lib/nstree/alice"},
	[CODE_SOURCE_PLACE] =
		{"source-place",
		 "x-nstree.create would make a directory where a user can change names.", TREE,
		 "Name a place that is root's all the way up.",
		 "/var/lib/nstree/%u/tmp /tmp none bind,x-nstree.create=0700"},
	[CODE_SOURCE_KIND] =
		{"source-kind",
		 "A source and its target differ in kind, or the source is a device or FIFO.", TREE,
		 "Mount a directory on a directory, a file on a file; devices come with "
		 "nstree.dev.",
		 "nstree /dev nstree.dev"},
	[CODE_SOURCE_MOUNT] =
		{"source-mount", "The source of a row is a mount point on the host.",
		 OPENS "sessions keep the filesystem that is mounted there now, and no later one.",
		 "Nothing if it is never unmounted; else bind the directory above it.",
		 "/srv/projects /srv/projects none rbind,slave,nosuid,nodev"},
	[CODE_MISSING_TARGET] = {"missing-target",
				 "The place that a row is mounted on does not exist in the tree.",
				 TREE, "Make it in what the row above shows, or add X-mount.mkdir.",
				 "/srv/data /srv/data none bind,ro,X-mount.mkdir"},
	[CODE_TARGET_LINK] =
		{"target-link",
		 "A row's target passes through a symbolic link, which is not followed.", TREE,
		 "Write the path that the link stands for.",
		 "/srv/lib /usr/lib/x none bind,ro    # not /lib/x"},
	[CODE_TARGET_ON_HOST] =
		{"target-on-host",
		 "X-mount.mkdir would make the mount point on the host, for everyone.",
		 OPENS "the directory is made on the host, and stays.",
		 "Make it there once, by hand, and leave the option out.", "mkdir /srv/data"},
	[CODE_UNREACHABLE_PATH] =
		{"unreachable-path",
		 "A path cannot be opened: a server does not answer, or root may not enter.", TREE,
		 "See the reason in the message; mount an automounter's place by a row of its own.",
		 "/net/home /home none rbind,slave,nosuid,nodev"},
	[CODE_HOME_SYSTEM_DIRECTORY] =
		{"home-system-directory",
		 "The user's home directory is, contains or lies in a system directory.",
		 "Sessions of that user in this tree are refused: the home row would uncover the "
		 "system.",
		 "Give the user a home directory of its own, or a rule with another tree.",
		 "usermod --home /home/alice --move-home alice"},
	[CODE_HOME_OF_OTHERS] =
		{"home-of-others",
		 "The user's home directory contains the home directories of others.",
		 "Sessions of that user in this tree are refused: they would show the others' "
		 "homes.",
		 "Give the user a home directory of its own.", "usermod --home /home/alice alice"},
	[CODE_HOME_COVERS_ROW] =
		{"home-covers-row",
		 "The row for the home directory would cover what an earlier row shows.",
		 "Sessions of that user in this tree are refused.",
		 "Put the home row above the other, or give the user another home directory.",
		 "%h %h none bind,nosuid,nodev\n/srv/data /srv/data none bind,ro"},
	[CODE_ROOT_CODE] =
		{"root-code",
		 "Where root's programs and libraries are loaded from, the tree has what users can "
		 "change.",
		 TREE, "Make the directory and those above it root's; write mode=0755 for a tmpfs.",
		 "chown root:root /srv/tree/usr; chmod go-w /srv/tree/usr"},
	[CODE_FILESYSTEM] =
		{"filesystem", "The kernel does not take a filesystem row as it is.", TREE,
		 "Correct the option that the message names; mount(8) lists what a type takes.",
		 "overlay /usr overlay lowerdir=/usr,x-nstree.upper=64m"},
	[CODE_REACHABLE_SOCKET] =
		{"reachable-socket",
		 "A row leads to services that start processes for the user outside of the tree.",
		 OPENS "it can be left by asking such a service.",
		 "Name single files, mount a tmpfs on the directory, or write isolate=socket in "
		 "the rule.",
		 "tmpfs /run/dbus tmpfs mode=0755,size=4k"},
	[CODE_LOGIN_SHELL] =
		{"login-shell", "The login shell is missing in the tree, or does not start.",
		 "The session opens and ends at once; nothing but sshd's internal-sftp may work.",
		 "Add the rows that bring the shell, its loader and its libraries.",
		 "/usr /usr none rbind,ro\nusr/bin /bin nstree.symlink"},
	[CODE_HOME_UNUSABLE] =
		{"home-unusable", "The user cannot enter or write the home directory in the tree.",
		 "The session begins in /, and programs that keep settings fail.",
		 "Add a row for it; make the directory on the host where it is missing.",
		 "%h %h none bind,nosuid,nodev"},
	[CODE_TMP_UNUSABLE] = {"tmp-unusable", "The user cannot write /tmp in the tree.",
			       OPENS "programs that need temporary files fail.",
			       "Add a row for it.",
			       "tmpfs /tmp tmpfs mode=1777,size=256m,nosuid,nodev"},
	[CODE_DEVICE_UNUSABLE] =
		{"device-unusable", "/dev/null, /dev/tty or the terminals do not work in the tree.",
		 OPENS "shells, passphrases, tmux and script(1) fail.",
		 "Add the row of devices, or leave nodev out of the row that has /dev.",
		 "nstree /dev nstree.dev"},
	[CODE_FILE_MISSING] = {"file-missing", "A file of /etc leads nowhere in the tree.",
			       OPENS "times, names or locales are the C library's defaults.",
			       "Add a row for the file that it leads to.",
			       "/run/systemd/resolve /run/systemd/resolve none bind,ro,nofail"},
	[CODE_USER_WITHOUT_NAME] =
		{"user-without-name", "The user or the primary group has no name in the tree.",
		 "ssh and git say 'No user exists for uid', and prompts show a number.",
		 "Add rows for /etc/passwd, /etc/group and /etc/nsswitch.conf, or their source's "
		 "socket.",
		 "/etc/passwd /etc/passwd none bind,ro"},
	[CODE_SFTP_SERVER] = {"sftp-server", "sshd's program for sftp does not start in the tree.",
			      "sftp and scp fail; 'Received message too long' or 'Connection "
			      "closed' is what users see.",
			      "Let sshd do it itself, in sshd_config(5).",
			      "Subsystem sftp internal-sftp"},
	[CODE_PROGRAM_UNUSABLE] = {"program-unusable",
				   "A program that the user has on the host is missing or without "
				   "its rights in the tree.",
				   "It fails there: sudo says 'effective uid is not 0'.",
				   "Nothing if it is meant; else leave nosuid out of its row, and "
				   "nnp out of isolate=.",
				   "/usr /usr none rbind,ro,nodev"},
	[CODE_TREE_UNUSABLE] = {"tree-unusable",
				"The session could not be opened when check tried it.",
				"It is refused with the same words.",
				"See the reason in the message.", "nstree run alice -- true"},
	[CODE_NOT_TRIED] = {"not-tried", "check did not build this tree, or not all of it.",
			    "Unknown: what only shows from inside has not been looked at.",
			    "Run check as root, on the host itself; see the reason in the message.",
			    "sudo nstree check"},
	[CODE_PAM_FILE] = {"pam-file", "A file of a PAM stack cannot be read.",
			   "PAM refuses the services that it is part of.",
			   "See the reason in the message.", "ls -l /etc/pam.d"},
	[CODE_PAM_LINE] = {"pam-line",
			   "PAM cannot read a line: a word is missing or unknown, or an include "
			   "leads nowhere.",
			   "PAM refuses the service, for root as well, or leaves the line out.",
			   "Write type, control and module.", "session required pam_nstree.so"},
	[CODE_PAM_MODULE] = {"pam-module", "A module that a stack names cannot be loaded.",
			     "PAM refuses the service, for root as well.",
			     "Correct the name, install the module, or take the line out.",
			     "session required pam_nstree.so"},
	[CODE_PAM_CONTROL] =
		{"pam-control",
		 "The module's line has a control or type with which sessions begin without their "
		 "tree.",
		 "Sessions begin in the host's tree where they must be refused, or none begins.",
		 "Write session and required.", "session required pam_nstree.so"},
	[CODE_PAM_ARGUMENT] =
		{"pam-argument",
		 "An argument of the module's line is unknown, or names what does not exist.",
		 "Every session of the service but root's is refused.",
		 "Write arguments of pam_nstree(8), and make the file that they name.",
		 "session required pam_nstree.so tree=contractor"},
	[CODE_PAM_TWICE] =
		{"pam-twice", "A stack has the module's line twice.",
		 "The second is refused, and so is the session.",
		 "Take one out, or write close behind the first and open behind the last.",
		 "session required pam_nstree.so"},
	[CODE_PAM_PAIR] = {"pam-pair", "The lines with open and close do not go together.",
			   "Sessions begin without a tree, or do not leave it.",
			   "Write close in the first session line and open in the last.",
			   "session required pam_nstree.so close"},
	[CODE_PAM_ORDER] = {"pam-order",
			    "The module's line is in the wrong place among the session lines.",
			    "Another module works in the wrong tree: what it mounts or writes "
			    "stays, or is not found.",
			    "Make it the last session line; with close as the first where the "
			    "message says so.",
			    "@include common-session\nsession required pam_nstree.so"},
	[CODE_PAM_SKIPPED] = {"pam-skipped",
			      "A line above ends the stack, or jumps over the module's.",
			      "Sessions begin in the host's tree, without a word.",
			      "Write required or optional, or a smaller number.",
			      "session optional pam_systemd.so"},
	[CODE_PAM_DENY] = {"pam-deny",
			   "pam_deny.so is among the session lines of a stack with the module.",
			   "PAM refuses every session of the service, for root as well.",
			   "Take the line out.", "session required pam_nstree.so"},
	[CODE_PAM_ABSENT] =
		{"pam-absent",
		 "A rule is for a service that does not open its sessions with the module.",
		 "The rule has no effect: sessions of the service stay in the host's tree.",
		 "Add the line to the stack, or leave the service out.",
		 "session required pam_nstree.so    # the last line of /etc/pam.d/cron"},
	[CODE_PAM_ELSEWHERE] =
		{"pam-elsewhere",
		 "A service goes by tree= or conf= of its PAM line, and not by this policy.",
		 "The rule has no effect on that service.",
		 "Take the argument out of the line, or the service out of the rule.",
		 "session required pam_nstree.so"},
	[CODE_USER_VARIABLE] =
		{"user-variable",
		 "A row has a %{VARIABLE} that the users of a service can set themselves.",
		 OPENS "the row shows what the user names with it, as far as its mode allows.",
		 "Take user_readenv=1 out of pam_env's line in that service's stack.",
		 "session required pam_env.so"},
	[CODE_SERVICE_PAIR] = {"service-pair",
			       "A command uses two services, and the rule names one of them.",
			       "With the other option of the command another rule decides.",
			       "Name both.", "alice su,su-l contractor"},
	[CODE_SSHD_USEPAM] = {"sshd-usepam", "sshd opens no PAM sessions.",
			      "Who logs in by ssh is in no tree.",
			      "Write it in sshd_config(5), outside of Match, and reload sshd.",
			      "UsePAM yes"},
	[CODE_LIVE_SESSIONS] =
		{"live-sessions",
		 "The live sessions could not be read, or there is none of the kind that was asked "
		 "for.",
		 "None: sessions go on as they are.",
		 "Run nstree list as root for what there is; see the reason in the message.",
		 "sudo nstree list"},
	[CODE_IMPORT_LINE] = {"import-line",
			      "A line of what nstree import reads is wrong, or has no equal here.",
			      "None: nstree import only writes drafts.",
			      "Read the draft where it says 'No equivalent', and decide.",
			      "nstree check --root DIRECTORY"},
	[CODE_SELINUX] =
		{"selinux", "SELinux has no policy module of this package's, or labels are wrong.",
		 "While SELinux is enforcing, sessions in trees are refused.",
		 "Load the module, or restore the labels; ausearch(8) has what was refused.",
		 "semodule --install /usr/share/selinux/packages/nstree.pp"},
	[CODE_NOT_CHECKED] = {"not-checked", "check could not, or was not to, look at this.",
			      "Unknown.", "Run check as root, on the host itself.",
			      "sudo nstree check"},
	[CODE_OUT_OF_MEMORY] = {"out-of-memory", "Memory ran out.", "The session is refused.",
				"Try again.", "free -h"},
};

const struct code *codes_get(enum error_code code)
{
	return code > CODE_NONE && code < CODES ? &codes[code] : NULL;
}

const char *codes_name(enum error_code code)
{
	const struct code *found = codes_get(code);

	return found ? found->name : "";
}

const struct code *codes_find(const char *name)
{
	for (enum error_code code = CODE_NONE + 1; code < CODES; code++)
		if (strcmp(codes[code].name, name) == 0)
			return &codes[code];
	return NULL;
}

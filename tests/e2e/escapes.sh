# What the suites of the escape catalogue share (read by tests/e2e/escapes.test and netescapes.test): the processes
# that try, and the files of tests/escapes.
# shellcheck shell=bash

ESCAPES=/src/tests/escapes
WAYS=/usr/local/lib/escapes
AGENTS=$WAYS/agents
secret=/var/tmp/escapes/secret home=/home/alice way=$WAYS/way
# The modules by which a session is opened: no session keyring of the service's is left in it.
stack="session required pam_keyinit.so force revoke
session required pam_nstree.so ${MODULE_ARGUMENTS-}"

# --- who tries ------------------------------------------------------------------------------------

declare -A agent_in agent_out

# agents_make WHO...: the FIFOs to them and from them.
agents_make() {
	local who in out fifos=()
	for who; do
		fifos+=("$AGENTS/$who".{in,out})
	done
	rm -f "${fifos[@]}"
	mkfifo -m 0666 "${fifos[@]}"
	for who; do
		exec {in}<>"$AGENTS/$who.in" {out}<>"$AGENTS/$who.out"
		agent_in[$who]=$in agent_out[$who]=$out
	done
}

# ask WHO WAY [ARGUMENT]...: what it prints, to $output.
ask() {
	local who=$1 line
	shift
	[ "$running" ] || return
	[ $# = 0 ] || printf '%s\n' "$*" >&"${agent_in[$who]}"
	while IFS= read -r -t 60 line <&"${agent_out[$who]}"; do
		case $line in
		--) return ;;
		ended) running="" ;;
		'') ;;
		*) output+=$line$'\n' ;;
		esac
	done
	output+="FAILED: no answer to '$*'"$'\n'
	running=""
}
try() { ask "$try_as" "$@"; }
root_try() { ask root "$@"; }
host_try() {
	local was=$running
	running=1
	ask host "$@"
	running=$was
}

# start WHO... -- COMMAND...: the command, of which these are to say that they are ready.
start() {
	local all=() who out
	while [ "$1" != -- ]; do
		all+=("$1")
		shift
	done
	shift
	agents_make "${all[@]}"
	{
		"$@" </dev/null >"$SCRATCH/escape.out" 2>&1
		for who in "${all[@]}"; do
			printf 'ended\n--\n' >"$AGENTS/$who.out"
		done
	} &
	started=$! running=1 agents=("${all[@]}") output=""
	for who in "${all[@]}"; do
		ask "$who"
	done
	[ "$running" ] || output=$(<"$SCRATCH/escape.out")
}

# The session's end, whatever it was.
end() {
	local who fd
	for who in "${agents[@]}"; do
		echo end >&"${agent_in[$who]}"
	done
	wait "$started"
	for who in "${agents[@]}"; do
		fd=${agent_in[$who]}
		exec {fd}>&-
		fd=${agent_out[$who]}
		exec {fd}>&-
	done
	running=""
}

# start_session TREE [OPTION]...: a session of alice's. The service's own directory and session keyring are the
# secret's.
start_session() {
	echo "alice * $*" >"$CONF"
	start user root -- "$way" add-key -3 "$WAYS/escape" -d "$SERVICES" -D /var/tmp/escapes -a "$AGENTS" -p "$way" \
		"$service" alice
}

# start_sandbox SETUP: a plain `unshare --mount`, after SETUP. With enter=COMMAND it is started by that.
start_sandbox() {
	start user root -- unshare --mount --propagation "$propagation" bash -c "$1
		exec \${enter-} \"\$@\"" sandbox "$WAYS/escape" -n -a "$AGENTS" "${helper[@]}" - alice
}

# Where the shipped trees want something of the site.
escapes_site() {
	mkdir -p /srv/git /scratch
	mountpoint -q /scratch || mount -t tmpfs -o mode=0755 scratch /scratch
	install -d -m 755 /scratch/nstree
	install -d -m 1733 /var/spool/cron/atjobs /var/spool/cron/crontabs
}

# outside FILE USER COMMAND...: a process that stays until the end, and makes FILE when it is ready.
outside() {
	local file=$1 user=$2
	shift 2
	"$WAYS/escape" -n - "$user" "$@" >/dev/null 2>&1 &
	outsiders+=($!)
	until_true 20 test -s "$file"
}

# --- a way ----------------------------------------------------------------------------------------

# The heads of all files: header[NAME.LINE], lines of one name one after the other.
declare -A header is_later
escapes_read_headers() {
	local file name line
	# More than one suite reads them, into the same shell.
	header=()
	for file in "$ESCAPES"/*.sh; do
		name=${file##*/}
		name=${name%.sh}
		while IFS= read -r line && [[ $line == '#'* ]]; do
			[[ $line =~ ^'# '([a-z ]+)': '(.*)$ ]] && header[$name.${BASH_REMATCH[1]}]+=${BASH_REMATCH[2]}$'\n'
		done <"$file"
	done
}
head_of() {
	local lines=${header[$name.$1]-}
	printf -v "$2" '%s' "${lines%$'\n'}"
}

# A fork costs time in a machine without KVM.
escapes_kernel_has() {
	[ "${is_later[$1]-}" ] || is_later[$1]=$(kernel_has "$1" && echo yes || echo no)
	[ "${is_later[$1]}" = yes ]
}

# load NAME: the file, ready to be tried.
load() {
	name=$1 control="host-ro isolate=none" control_as=user
	helper=() propagation=private once="" refused=""
	head_of isolate word
	unset -f attempt after afterwards product mended control
	# shellcheck disable=SC1090
	. "$ESCAPES/$name.sh"
	service=escape-$name-$tree
}

# Why the file's way cannot be tried on this machine, if so.
declare -A lacking
escapes_missing() {
	local need
	[ ! "${lacking[$name]+known}" ] || return
	lacking[$name]=""
	for need in ${header[$name.needs]-}; do
		case $need in
		overlay | sctp | smc | vsock_loopback | tun) modprobe -q "$need" || lacking[$name]="the archive has no modules of this kernel any more" ;;
		[0-9]*) escapes_kernel_has "$need" || lacking[$name]="the way is there from Linux $need on" ;;
		*) command -v "$need" >/dev/null || lacking[$name]="$need is not here" ;;
		esac
	done
}


#!/bin/bash
# The packages: made of what git tracks, whole, of one version, and with no fault that lintian knows.
cd "$(dirname "$0")/.." || exit 1
unset MAKEFLAGS MAKELEVEL
number=0 failures=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# check NAME COMMAND...: the command must succeed.
check() {
	local name=$1
	shift
	number=$((number + 1))
	if "$@" >"$work/output" 2>&1; then
		echo "ok $number - $name"
	else
		failures=$((failures + 1))
		echo "not ok $number - $name"
		tail -n 40 "$work/output" | sed 's/^/# /'
	fi
}

# What `make install` installs, wherever the distribution has it.
installed() { (cd "$1" && find . -type f) | sed -E 's,\.gz$,,; s,/usr/lib[^ ]*/security/,SECURITY/,' | sort; }
lacks_nothing() { comm -23 <(installed "$work/make") <(installed "$1") | (! grep .); }
said() { echo "$1: $2"; [ "$2" = "$version" ]; }

version=$(sed -n 's/^VERSION = //p' Makefile)
check "make deb" make deb
check "lintian finds nothing to say" lintian --allow-root --fail-on error,warning build/deb/*.changes
check "make rpm" make rpm
check "rpmbuild reads the spec in the project's directory" rpmspec -q --srpm rpm/pam_nstree.spec
make -s install DESTDIR="$work/make"
dpkg-deb -x build/deb/libpam-nstree_*.deb "$work/deb"
(mkdir "$work/rpm" && cd "$work/rpm" && rpm2cpio "$OLDPWD"/build/rpm/x86_64/pam_nstree-*.rpm | cpio -idm 2>/dev/null)
check "the Debian package has all that is installed" lacks_nothing "$work/deb"
check "the RPM has all that is installed" lacks_nothing "$work/rpm"
check "the Debian package is of the Makefile's version" said deb "$(dpkg-deb -f build/deb/libpam-nstree_*.deb Version)"
check "the RPM is" said rpm "$(rpm -qp --qf '%{version}' build/rpm/x86_64/pam_nstree-*.rpm)"
check "the command is" said nstree "$(build/nstree --version | cut -d' ' -f2)"
for page in man/*.[1-8]; do
	check "$page is" said "$page" "$(sed -n 's/^\.Os *pam_nstree *//p' "$page")"
done
echo "1..$number"
[ "$failures" = 0 ]

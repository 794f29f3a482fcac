#!/bin/bash
# The packages: built from the files that git tracks, complete, of one version, and without lintian's warnings.
cd "$(dirname "$0")/.." || exit 1
unset MAKEFLAGS MAKELEVEL
. tests/tap.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# check NAME COMMAND...: the command must succeed.
check() {
	local name=$1
	shift
	"$@" >"$work/output" 2>&1
	result $? "$name" "$(tail -n 40 "$work/output")"
}
check_deb() { needing dpkg-buildpackage check "$@"; }
check_rpm() { needing "rpmbuild rpmspec rpm2cpio cpio" check "$@"; }

# What `make install` installs, wherever the distribution has it.
installed() { (cd "$1" && find . -type f) | sed -E 's,\.gz$,,; s,/usr/lib[^ ]*/security/,SECURITY/,; s,(/usr/share/doc)/[^/]*,\1/NAME,' | sort; }
lacks_nothing() { comm -23 <(installed "$work/make") <(installed "$1") | (! grep .); }
said() { echo "$1: $2"; [ "$2" = "$version" ]; }

version=$(sed -n 's/^VERSION = //p' Makefile)
check_deb "make deb" make deb
needing "dpkg-buildpackage lintian" check "lintian finds nothing to say" \
	lintian --allow-root --fail-on error,warning build/deb/*.changes
check_rpm "make rpm" make rpm
check_rpm "rpmbuild reads the spec in the project's directory" rpmspec -q --srpm rpm/pam_nstree.spec
make -s install DESTDIR="$work/make"
dpkg-deb -x build/deb/libpam-nstree_*.deb "$work/deb"
(mkdir "$work/rpm" && cd "$work/rpm" && rpm2cpio "$OLDPWD"/build/rpm/x86_64/pam_nstree-*.rpm | cpio -idm 2>/dev/null)
check_deb "the Debian package has all that is installed" lacks_nothing "$work/deb"
check_rpm "the RPM has all that is installed" lacks_nothing "$work/rpm"
check_deb "the Debian package's policy leaves the group sudo on the host's tree" \
	grep -qE '^root,@sudo +\* +-$' "$work/deb/etc/security/nstree.conf"
check_rpm "the RPM's the group wheel" grep -qE '^root,@wheel +\* +-$' "$work/rpm/etc/security/nstree.conf"
check_deb "the Debian package is of the Makefile's version" \
	said deb "$(dpkg-deb -f build/deb/libpam-nstree_*.deb Version)"
check_rpm "the RPM is" said rpm "$(rpm -qp --qf '%{version}' build/rpm/x86_64/pam_nstree-*.rpm)"
check "the command is" said nstree "$(build/nstree --version | cut -d' ' -f2)"
for page in man/*.[1-8]; do
	check "$page is" said "$page" "$(sed -n 's/^\.Os *pam_nstree *//p' "$page")"
done
finish

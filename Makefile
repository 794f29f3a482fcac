# SPDX-License-Identifier: BSD-3-Clause
# `make` builds pam_nstree.so; `sudo make demo` and `sudo make check` install what they need.

# Defined only here: debian/changelog, NEWS.md, the spec and man/ must say the same (tests/lint.t).
VERSION = 0.2

CC ?= gcc
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g -fstack-protector-strong -D_FORTIFY_SOURCE=2
BUILD ?= build
DESTDIR ?=

# Where things are installed, by the names of GNU's coding standards; the upper-case names still work. sysconfdir is
# /etc whatever the prefix is, like PAM's stacks. Policy and trees are looked for where they were installed:
# sysconfdir and datadir are compiled in, so give `make install` and `make` the same ones, or it compiles again.
MULTIARCH := $(shell $(CC) -print-multiarch 2>/dev/null)
LIBRARY = $(if $(MULTIARCH),lib/$(MULTIARCH),lib64)
PREFIX ?= /usr
prefix = $(PREFIX)
exec_prefix = $(prefix)
SBINDIR ?= $(exec_prefix)/sbin
sbindir = $(SBINDIR)
libdir = $(exec_prefix)/$(LIBRARY)
# The default is where libpam looks for modules: the multiarch directory on Debian, /usr/lib64/security elsewhere.
PAMDIR ?= $(libdir)/security
pamdir = $(PAMDIR)
datarootdir = $(prefix)/share
DATADIR ?= $(datarootdir)
datadir = $(DATADIR)
MANDIR ?= $(datarootdir)/man
mandir = $(MANDIR)
docdir = $(datarootdir)/doc/pam_nstree
SYSCONFDIR ?= /etc
sysconfdir = $(SYSCONFDIR)
# Where packages put configuration that the files below sysconfdir override (UAPI Group's specification).
vendordir = $(prefix)/lib
# The shipped trees name /var/lib/nstree: other values are only for tests.
localstatedir = /var
TMPFILESDIR ?= $(prefix)/lib/tmpfiles.d
tmpfilesdir = $(TMPFILESDIR)
BASHCOMPDIR ?= $(datadir)/bash-completion/completions
bashcompdir = $(BASHCOMPDIR)
ZSHCOMPDIR ?= $(datadir)/zsh/vendor-completions
zshcompdir = $(ZSHCOMPDIR)
fishcompdir = $(datadir)/fish/vendor_completions.d
INSTALL ?= install
# Another prefix moves the module, but not where libpam looks. A pamdir that is given says where that is.
searched = $(if $(filter-out file,$(origin PAMDIR) $(origin pamdir))$(filter /usr,$(prefix)),$(pamdir),/usr/$(LIBRARY)/security)

WARNINGS = -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wpointer-arith \
	-Wwrite-strings -Wundef -Wformat=2 $(WERROR)
WERROR ?= -Werror
STANDARD = -std=gnu17 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64
# Only paths of the project, so that the result does not depend on where it is compiled.
COMPILE = $(CC) $(STANDARD) $(WARNINGS) $(CPPFLAGS) $(DIRECTORIES) $(CFLAGS) $(LIBS_CFLAGS) -fPIC -fvisibility=hidden \
	-ffile-prefix-map=$(CURDIR)=. -MMD -MP
DIRECTORIES = -DSYSCONFDIR='"$(sysconfdir)"' -DDATADIR='"$(datadir)"' -DVENDORDIR='"$(vendordir)"'

# What a library's package is called: by pkg-config's name, Debian's, Fedora's.
packages_of = $($(1)_packages)
mount_packages = libmount-dev libmount-devel
libselinux_packages = libselinux1-dev libselinux-devel
libseccomp_packages = libseccomp-dev libseccomp-devel
jansson_packages = libjansson-dev jansson-devel
smartcols_packages = libsmartcols-dev libsmartcols-devel
cmocka_packages = libcmocka-dev libcmocka-devel
missing = $(error $(1) is missing: install $(word 1,$(2)) (Debian) or $(word 2,$(2)) (Fedora))
answers = $(shell $(1) >/dev/null 2>&1 && echo yes)
need_pkg_config = $(if $(call answers,command -v $(1)),,$(call missing,$(1),pkgconf pkgconf-pkg-config))
need_library = $(if $(call answers,$(1) --exists $(2)),,$(call missing,$(2),$(call packages_of,$(2))))
# ask PKG_CONFIG,FLAGS,LIBRARIES: pkg-config's answer, or the end with the name of what is missing.
ask = $(call need_pkg_config,$(1))$(foreach library,$(3),$(call need_library,$(1),$(library)))$(shell $(1) $(2) $(3))
pam_header = $(CC) $(CPPFLAGS) -E -include security/pam_modules.h -x c /dev/null
need_pam = $(if $(call answers,$(pam_header)),,$(call missing,security/pam_modules.h,libpam0g-dev pam-devel))
# Each is asked for once, when the first command needs it: `make clean` needs none.
LIBS_CFLAGS = $(eval LIBS_CFLAGS := $$(need_pam)$$(call ask,$(PKG_CONFIG),--cflags,mount libselinux jansson smartcols))$(LIBS_CFLAGS)
COMMAND_LIBS = $(eval COMMAND_LIBS := $$(call ask,$(PKG_CONFIG),--libs,mount jansson smartcols))$(COMMAND_LIBS)
CMOCKA = $(eval CMOCKA := $$(call ask,$(PKG_CONFIG),--libs,cmocka))$(CMOCKA)

# The folders, from the bottom up: each is compiled with the headers of itself and of those before it, so that an include
# in the other direction is a build error. All but the last are in the module; src/command is only in the command.
FOLDERS = base policy mount namespace session command
up_to_base = base
up_to_policy = $(up_to_base) policy
up_to_mount = $(up_to_policy) mount
up_to_namespace = $(up_to_mount) namespace
up_to_session = $(up_to_namespace) session
up_to_command = $(up_to_session) command
include_paths = $(patsubst %,-iquote src/%,$(up_to_$(1)))
objects_of = $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard src/$(1)/*.c)))

OBJECTS = $(foreach folder,$(up_to_session),$(call objects_of,$(folder)))
COMMAND_OBJECTS = $(call objects_of,command)
# src/generate runs here while the project is built, also where CC is for another architecture.
CC_FOR_BUILD ?= gcc
PKG_CONFIG_FOR_BUILD ?= $(PKG_CONFIG)
SECCOMP = $(eval SECCOMP := $$(call ask,$(PKG_CONFIG_FOR_BUILD),--cflags --libs,libseccomp))$(SECCOMP)
GENERATED = $(BUILD)/generated/seccompfilters.h
UNIT_TESTS = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
HELPERS = $(patsubst tests/helpers/%.c,$(BUILD)/helpers/%,$(wildcard tests/helpers/*.c))
FUZZERS = $(patsubst tests/fuzz/%.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_SECONDS ?= 600
MANUALS = $(wildcard man/*.[1-8])

# What is needed of Debian, for the host; the machines' own list is in tests/vm/root.
LIBRARY_PACKAGES = gcc make pkgconf libc6-dev libpam0g-dev libmount-dev libselinux1-dev libseccomp-dev \
	libjansson-dev libsmartcols-dev git
DEB_PACKAGES = $(LIBRARY_PACKAGES) checkpolicy semodule-utils build-essential dpkg-dev debhelper libcmocka-dev libsqlite3-0 perl
RPM_PACKAGES = $(LIBRARY_PACKAGES) checkpolicy semodule-utils rpm
PACKAGES = $(DEB_PACKAGES) $(RPM_PACKAGES) lintian mandoc groff-base qemu-system-x86 debootstrap \
	debian-archive-keyring busybox-static cpio kmod xz-utils e2fsprogs util-linux clang \
	libclang-rt-dev zsh fish python3-jsonschema
# Where the archive has it.
OPTIONAL_PACKAGES = clang-format-14

.PHONY: all deps deps-bench deb deb-deps rpm rpm-deps tracked check check-fast check-for \
	check-unit check-sanitizers sanitizers-build check-lint soak kernels peers units tests vm-build demo bench bench-scale fuzz \
	fuzz-build fuzzers analyze cross selinux selinux-module install install-selinux uninstall clean
.DELETE_ON_ERROR:

all: $(BUILD)/pam_nstree.so $(BUILD)/nstree

$(BUILD)/src/command/check_pam.o $(BUILD)/src/command/pamstack.o: override CPPFLAGS += -DPAM_DIRECTORY='"$(searched)"'
$(BUILD)/src/command/nstree.o $(BUILD)/src/session/treecache.o: override CPPFLAGS += -DVERSION='"$(VERSION)"'

# Everything is recompiled if it is to look elsewhere than the last time.
compiled_in = $(sysconfdir) $(datadir) $(vendordir) $(searched)
ifneq ($(compiled_in),$(file <$(BUILD)/directories))
.PHONY: $(BUILD)/directories
endif
$(BUILD)/directories: | $(BUILD)
	@echo '$(compiled_in)' >$@

define compile_folder
$(BUILD)/src/$(1)/%.o: src/$(1)/%.c $(BUILD)/directories | $(BUILD)/src/$(1)
	$$(COMPILE) $$(call include_paths,$(1)) -c -o $$@ $$<
endef
$(foreach folder,$(FOLDERS),$(eval $(call compile_folder,$(folder))))

$(BUILD)/generated/seccomptable: $(wildcard src/generate/*.[ch]) src/namespace/seccompfilter.h | $(BUILD)/generated
	$(CC_FOR_BUILD) $(STANDARD) $(WARNINGS) -O1 -iquote src/base -iquote src/namespace -iquote src/generate \
		-o $@ $(filter %.c,$^) $(SECCOMP)
$(GENERATED): $(BUILD)/generated/seccomptable
	$< >$@
$(BUILD)/src/namespace/seccompfilter.o: override CPPFLAGS += -iquote $(BUILD)/generated
$(BUILD)/src/namespace/seccompfilter.o: $(GENERATED)

$(BUILD)/pam_nstree.o: pam_nstree.c $(BUILD)/directories | $(BUILD)
	$(COMPILE) $(call include_paths,session) -c -o $@ $<

# -z defs: an undefined symbol is an error here, not at a login.
$(BUILD)/pam_nstree.so: $(OBJECTS) $(BUILD)/pam_nstree.o
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-z,defs -Wl,-z,relro,-z,now -o $@ $^ -lpam

# The command needs more libraries than the module, which are not loaded into sshd. (-z defs above: libmount is opened
# by policy/mountlib where a tree is parsed.)
$(BUILD)/nstree: $(OBJECTS) $(COMMAND_OBJECTS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(COMMAND_LIBS)

$(BUILD)/unit/%: tests/unit/%.c $(OBJECTS) $(filter-out %/nstree.o,$(COMMAND_OBJECTS)) | $(BUILD)/unit
	$(COMPILE) $(call include_paths,command) -o $@ $(filter %.c %.o,$^) $(LDFLAGS) $(COMMAND_LIBS) -lcmocka
$(BUILD)/unit/test_log: $(BUILD)/pam_nstree.o

$(BUILD)/helpers/%: tests/helpers/%.c $(OBJECTS) | $(BUILD)/helpers
	$(COMPILE) $(call include_paths,session) -o $@ $< $(OBJECTS) $(LDFLAGS) -lpam -lpam_misc -pthread

# One is left in trees that have no libraries; both go the ways of the escape catalogue.
WAYS = $(wildcard tests/escapes/ways/*.c)
$(BUILD)/helpers/way: tests/helpers/way.c $(WAYS) | $(BUILD)/helpers
	$(COMPILE) $(call include_paths,base) -I. -static -o $@ $(filter %.c,$^) $(LDFLAGS)
$(BUILD)/helpers/escape: tests/helpers/escape.c $(WAYS) | $(BUILD)/helpers
	$(COMPILE) $(call include_paths,base) -I. -o $@ $(filter %.c,$^) $(LDFLAGS) -lpam

$(BUILD)/fuzz_%: tests/fuzz/fuzz_%.c tests/fuzz/lib.c tests/fuzz/render.c tests/fuzz/layers.c $(OBJECTS) \
		$(wildcard tests/fuzz/*.h)
	mkdir -p $(BUILD)/new/$* $(BUILD)/failed
	$(COMPILE) $(call include_paths,session) -fsanitize=fuzzer -Wl,--wrap=policy_include_find,--wrap=netgroup_has_user -o $@ \
		$(filter %.c %.o,$^) $(LDFLAGS)

$(BUILD)/fuzz_import: tests/fuzz/fuzz_import.c tests/fuzz/lib.c $(OBJECTS) \
		$(filter-out %/nstree.o,$(COMMAND_OBJECTS)) tests/fuzz/lib.h
	mkdir -p $(BUILD)/new/import $(BUILD)/failed
	$(COMPILE) $(call include_paths,command) -fsanitize=fuzzer -Wl,--wrap=policy_include_find,--wrap=netgroup_has_user -o $@ \
		$(filter %.c %.o,$^) $(LDFLAGS) $(COMMAND_LIBS)

# The control of tests/e2e/races.test: the module, but with each path resolved twice.
TWICE = $(BUILD)/races/pam_nstree_twice.so
$(TWICE): tests/races/twice.c $(OBJECTS) $(BUILD)/pam_nstree.o | $(BUILD)/races
	$(COMPILE) $(call include_paths,session) -c -o $(@:.so=.o) $<
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-z,defs -Wl,--wrap=path_open_known,--wrap=syscall -o $@ \
		$(@:.so=.o) $(OBJECTS) $(BUILD)/pam_nstree.o -lpam

$(BUILD) $(FOLDERS:%=$(BUILD)/src/%) $(BUILD)/unit $(BUILD)/helpers $(BUILD)/races $(BUILD)/generated:
	mkdir -p $@

# Only where something is missing, and apt's lists only then.
deb-deps: PACKAGES = $(DEB_PACKAGES)
rpm-deps: PACKAGES = $(RPM_PACKAGES)
deps: OPTIONAL = $(OPTIONAL_PACKAGES)
deps deb-deps rpm-deps:
	@lacking() { for p; do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | \
		grep -q 'ok installed' || echo $$p; done; }; \
	install() { echo "installing:" $$*; DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -qq --no-install-recommends $$* >/dev/null; }; \
	missing=$$(lacking $(PACKAGES)); \
	if [ -n "$$missing" ]; then \
		[ $$(id -u) = 0 ] || { echo "install these first: $$missing" >&2; exit 1; }; \
		apt-get update -qq && install $$missing || exit; \
	fi; \
	for p in $$(lacking $(OPTIONAL)); do \
		[ $$(id -u) != 0 ] || ! apt-cache show $$p >/dev/null 2>&1 || install $$p || exit; \
	done

# The policy module of SELinux, with the tools of checkpolicy and semodule-utils (Debian) or policycoreutils.
selinux-module: $(BUILD)/nstree.pp
$(BUILD)/nstree.pp: selinux/nstree.te selinux/nstree.fc | $(BUILD)
	checkmodule -M -m -o $(BUILD)/nstree.mod selinux/nstree.te
	semodule_package -o $@ -m $(BUILD)/nstree.mod -f selinux/nstree.fc

units: $(UNIT_TESTS)
tests: units $(HELPERS) $(TWICE)

# Neither root nor a machine is needed for these.
check-unit: $(UNIT_TESTS)
	CMOCKA_MESSAGE_OUTPUT=TAP prove -v -e '' $(UNIT_TESTS)

SANITIZERS = BUILD=$(BUILD)/sanitizers CFLAGS='-O1 -g -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all'
check-sanitizers:
	$(MAKE) $(SANITIZERS) check-unit
sanitizers-build:
	$(MAKE) --no-print-directory $(SANITIZERS) units

# Which part of the lines the unit tests run.
coverage:
	$(MAKE) --no-print-directory -s BUILD=$(BUILD)/coverage CFLAGS='-O0 -g --coverage' all units
	tests/coverage $(BUILD)/coverage

# clang-tidy over what is installed, as .clang-tidy says; each file anew where it or a header changed.
ANALYZED = $(patsubst %.c,$(BUILD)/analyze/%,$(sort $(wildcard src/*/*.c)) pam_nstree.c)
analyze: $(ANALYZED)

$(BUILD)/analyze/src/base/error: PROMISES = -DDEFINES_ERROR
$(BUILD)/analyze/%: %.c .clang-tidy tests/analyze/promises.h $(wildcard src/*/*.h) $(GENERATED)
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- $(STANDARD) $(DIRECTORIES) -DPAM_DIRECTORY='""' -DVERSION='""' $(LIBS_CFLAGS) \
		$(call include_paths,command) -iquote src/generate -iquote $(BUILD)/generated $(PROMISES) -include tests/analyze/promises.h 2>$@.errors || { cat $@.errors; false; }
	@touch $@

fuzzers: $(FUZZERS)

# clang's warnings differ from version to version: gcc's are the ones that count.
fuzz-build:
	$(MAKE) --no-print-directory BUILD=build/fuzz CC=clang WERROR= fuzzers \
		CFLAGS='-O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all \
			-fsanitize=fuzzer-no-link,address,undefined'

fuzz: fuzz-build
	FUZZ_SECONDS=$(FUZZ_SECONDS) prove -v -e '' tests/fuzz.t

# The package and the helpers as the machines need them: built against their C library.
vm-build:
	tests/vm/chroot make -s -j$$(nproc) -C /src BUILD=build/vm-obj all tests
	tests/vm/deb

# What git tracks, as it is now, in the directory TREE; what was compiled in its build/ stays.
tracked:
	mkdir -p $(TREE)
	find $(TREE) -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
	git -c safe.directory=$(CURDIR) ls-files -z | tar --null -T - -c | tar -C $(TREE) -x

# The Debian package, in build/deb.
deb: deb-deps
	rm -rf $(BUILD)/deb
	$(MAKE) --no-print-directory tracked TREE=$(BUILD)/deb/pam-nstree-$(VERSION)
	cd $(BUILD)/deb/pam-nstree-$(VERSION) && env -u MAKEFLAGS dpkg-buildpackage -us -uc

# The RPM, in build/rpm. Fedora's build requirements have no names that Debian's rpm knows.
rpm: rpm-deps
	rm -rf $(BUILD)/rpm
	$(MAKE) --no-print-directory tracked TREE=$(BUILD)/rpm/pam_nstree-$(VERSION)
	tar -C $(BUILD)/rpm --owner=0 --group=0 -czf $(BUILD)/rpm/pam_nstree-$(VERSION).tar.gz \
		pam_nstree-$(VERSION)
	env -u MAKEFLAGS rpmbuild -ba --nodeps --quiet --define '_topdir $(abspath $(BUILD))/rpm/work' \
		--define '_sourcedir $(abspath $(BUILD))/rpm' --define '_rpmdir $(abspath $(BUILD))/rpm' \
		--define '_srcrpmdir $(abspath $(BUILD))/rpm' --define 'nstree_version $(VERSION)' \
		rpm/pam_nstree.spec
	rm -rf $(BUILD)/rpm/work $(BUILD)/rpm/pam_nstree-$(VERSION)

# tests/run builds what they need, and runs them side by side.
check: deps
	tests/run all

check-fast: deps
	tests/run fast

# Of the files in FILES: what their change can break.
check-for: deps
	tests/run for $(FILES)

# The long tests: 100,000 sessions raced, every fault, the fuzzers for their ten minutes.
soak: deps
	$(MAKE) --no-print-directory tests vm-build fuzz-build
	tests/soak

# Sessions with SELinux enforcing; `make check` has all but what takes minutes.
selinux: deps
	$(MAKE) --no-print-directory tests vm-build
	SELINUX=all prove -v -e '' tests/selinux.t
	tests/vm/run --kernel 6.12 --selinux enforcing --timeout 2400 env METHOD=pivot tests/selinux/run
	tests/vm/run --selinux enforcing --timeout 3000 tests/selinux/escapes

# Every end-to-end test on the oldest and the newest of 6.12, of 6.18, and of 7.0 and later.
kernels: deps
	$(MAKE) --no-print-directory tests vm-build
	tests/kernels

# OpenSSH's own regression tests with sessions in trees, on this kernel.
peers: deps
	$(MAKE) --no-print-directory tests vm-build
	tests/peers/fetch
	prove -v -e '' tests/peers/run

# Compiled for 32 bits, for arm and for a big-endian machine; the unit tests run under qemu's user mode.
cross:
	prove -v -e '' tests/cross/run

demo: deps
	@$(MAKE) --no-print-directory -s vm-build
	@tests/demo/run

# gnuplot alone: without it there is no plot, and all else is the same.
deps-bench:
	@command -v gnuplot >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -qq --no-install-recommends gnuplot-nox >/dev/null; } || \
		echo "bench: no gnuplot, and it cannot be installed: there will be no plot" >&2

bench: deps deps-bench
	$(MAKE) --no-print-directory vm-build
	bench/run

# On this kernel, in some minutes.
bench-scale: deps
	tests/vm/chroot make -s -j$$(nproc) -C /src BUILD=build/vm-obj all
	bench/scale

# Text that names the paths names those that are compiled in.
RELOCATE = sed -e 's,/etc/security/nstree,$(sysconfdir)/security/nstree,g' \
	-e 's,--output /etc/security$$,--output $(sysconfdir)/security,' -e 's,/usr/share/nstree,$(datadir)/nstree,g' -e 's,/usr/lib/security/nstree,$(vendordir)/security/nstree,g'
# relocate FILE,TARGET
relocate = $(RELOCATE) $(1) >$(BUILD)/relocated && $(INSTALL) -m 644 $(BUILD)/relocated $(2)
POLICY = $(DESTDIR)$(sysconfdir)/security/nstree.conf
# Whose members become root with sudo(8): the policy's first rule names the group.
admin_group = $(if $(shell getent group sudo),sudo,wheel)
DOCUMENTS = README.md SECURITY.md NEWS.md $(wildcard docs/*.* docs/schema/*.json)

install: all
	$(INSTALL) -d $(DESTDIR)$(pamdir) $(DESTDIR)$(sbindir) $(DESTDIR)$(sysconfdir)/security/nstree.d \
		$(DESTDIR)$(sysconfdir)/security/nstree.conf.d \
		$(DESTDIR)$(datadir)/nstree $(DESTDIR)$(mandir)/man5 $(DESTDIR)$(mandir)/man7 \
		$(DESTDIR)$(mandir)/man8 $(DESTDIR)$(docdir)/docs/schema $(DESTDIR)$(tmpfilesdir) \
		$(DESTDIR)$(bashcompdir) $(DESTDIR)$(zshcompdir) $(DESTDIR)$(fishcompdir)
	$(INSTALL) -d -m 755 $(DESTDIR)$(localstatedir)/lib/nstree
	$(INSTALL) -m 644 $(BUILD)/pam_nstree.so $(DESTDIR)$(pamdir)/
	$(INSTALL) -m 755 $(BUILD)/nstree $(DESTDIR)$(sbindir)/
	$(INSTALL) -m 644 $(wildcard conf/*.fstab) $(DESTDIR)$(datadir)/nstree/
	[ -e $(POLICY) ] || { $(call relocate,conf/nstree.conf,$(POLICY)) && \
		sed -i 's/^root,@sudo /root,@$(admin_group) /' $(POLICY); }
	$(foreach page,$(MANUALS),$(call relocate,$(page),$(DESTDIR)$(mandir)/man$(subst .,,$(suffix $(page)))/$(notdir $(page))) &&) :
	$(foreach document,$(DOCUMENTS),$(call relocate,$(document),$(DESTDIR)$(docdir)/$(document)) &&) :
	$(INSTALL) -m 644 conf/pam-nstree.tmpfiles $(DESTDIR)$(tmpfilesdir)/pam-nstree.conf
	$(call relocate,completions/nstree.bash,$(DESTDIR)$(bashcompdir)/nstree)
	$(call relocate,completions/_nstree,$(DESTDIR)$(zshcompdir)/_nstree)
	$(call relocate,completions/nstree.fish,$(DESTDIR)$(fishcompdir)/nstree.fish)

# Loaded with semodule --install $(datadir)/selinux/packages/nstree.pp.
install-selinux: selinux-module
	$(INSTALL) -d $(DESTDIR)$(datadir)/selinux/packages $(DESTDIR)$(docdir)/selinux
	$(INSTALL) -m 644 $(BUILD)/nstree.pp $(DESTDIR)$(datadir)/selinux/packages/
	$(INSTALL) -m 644 selinux/nstree.te selinux/nstree.fc selinux/nstree.if $(DESTDIR)$(docdir)/selinux/

# The site's own policy and trees are kept.
uninstall:
	rm -rf $(DESTDIR)$(datadir)/selinux/packages/nstree.pp $(DESTDIR)$(docdir)/selinux
	rm -f $(DESTDIR)$(pamdir)/pam_nstree.so $(DESTDIR)$(sbindir)/nstree \
		$(DESTDIR)$(tmpfilesdir)/pam-nstree.conf
	rm -f $(DESTDIR)$(bashcompdir)/nstree $(DESTDIR)$(zshcompdir)/_nstree $(DESTDIR)$(fishcompdir)/nstree.fish
	rm -f $(patsubst conf/%,$(DESTDIR)$(datadir)/nstree/%,$(wildcard conf/*.fstab))
	rm -f $(foreach page,$(MANUALS),$(DESTDIR)$(mandir)/man$(subst .,,$(suffix $(page)))/$(notdir $(page)))
	rm -f $(DOCUMENTS:%=$(DESTDIR)$(docdir)/%)
	-rmdir $(DESTDIR)$(docdir)/docs/schema $(DESTDIR)$(docdir)/docs $(DESTDIR)$(docdir) $(DESTDIR)$(datadir)/nstree \
		$(DESTDIR)$(sysconfdir)/security/nstree.d 2>/dev/null

# The machines' images in build/vm take minutes to build, and are kept.
clean:
	[ ! -d $(BUILD) ] || find $(BUILD) -mindepth 1 -maxdepth 1 ! -name vm -exec rm -rf {} +

-include $(wildcard $(BUILD)/*.d $(BUILD)/src/*/*.d $(BUILD)/unit/*.d $(BUILD)/helpers/*.d $(BUILD)/races/*.d)

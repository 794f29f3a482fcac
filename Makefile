# SPDX-License-Identifier: BSD-3-Clause
# `make` builds pam_nstree.so; `sudo make demo` and `sudo make check` install what they need.

# Here alone: debian/changelog and man/ must say the same (tests/lint.t).
VERSION = 0.1

CC ?= gcc
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g -fstack-protector-strong -D_FORTIFY_SOURCE=2
BUILD ?= build
DESTDIR ?=
PREFIX ?= /usr
SBINDIR ?= $(PREFIX)/sbin
MANDIR ?= $(PREFIX)/share/man
DATADIR ?= $(PREFIX)/share
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d
SYSCONFDIR ?= /etc
BASHCOMPDIR ?= $(DATADIR)/bash-completion/completions
ZSHCOMPDIR ?= $(DATADIR)/zsh/vendor-completions
MULTIARCH := $(shell $(CC) -print-multiarch 2>/dev/null)
# Where libpam looks for modules: the multiarch directory on Debian, /usr/lib64/security elsewhere.
PAMDIR ?= $(PREFIX)/$(if $(MULTIARCH),lib/$(MULTIARCH),lib64)/security

WARNINGS = -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wpointer-arith \
	-Wwrite-strings -Wundef -Wformat=2 $(WERROR)
WERROR ?= -Werror
STANDARD = -std=gnu17 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64
LIBS_CFLAGS = $(shell $(PKG_CONFIG) --cflags mount libseccomp jansson smartcols)
LIBS = $(shell $(PKG_CONFIG) --libs mount libseccomp)
COMMAND_LIBS = $(shell $(PKG_CONFIG) --libs jansson smartcols)
COMPILE = $(CC) $(STANDARD) $(WARNINGS) $(CPPFLAGS) $(CFLAGS) $(LIBS_CFLAGS) -fPIC -fvisibility=hidden -MMD -MP

# Everything but the PAM entry points, which tests and tools link as well.
ROOMS = error arguments text subject path made policy specifier row treefile tree handle wayback landlock filter first \
	isolate mount target assembly namespace record share session
COMMAND_ROOMS = screen report rows reach check explain terminal login run tables graft plan live \
	list refresh polydir import kernelcheck pamcheck nstree
OBJECTS = $(ROOMS:%=$(BUILD)/%.o)
UNIT_TESTS = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
HELPERS = $(patsubst tests/helpers/%.c,$(BUILD)/helpers/%,$(wildcard tests/helpers/*.c))
FUZZERS = $(patsubst tests/fuzz/%.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_SECONDS ?= 600
MANUALS = $(wildcard man/*.[1-8])

# What is needed of Debian, for the host; the machines' own list is in tests/vm/root.
LIBRARY_PACKAGES = gcc make pkgconf libc6-dev libpam0g-dev libmount-dev libseccomp-dev \
	libjansson-dev libsmartcols-dev git
DEB_PACKAGES = $(LIBRARY_PACKAGES) build-essential dpkg-dev debhelper libcmocka-dev perl
RPM_PACKAGES = $(LIBRARY_PACKAGES) rpm
PACKAGES = $(DEB_PACKAGES) $(RPM_PACKAGES) lintian mandoc qemu-system-x86 debootstrap \
	debian-archive-keyring busybox-static cpio kmod xz-utils e2fsprogs util-linux clang \
	libclang-rt-dev

.PHONY: all deps deps-bench deb deb-deps rpm rpm-deps tracked check check-unit check-sanitizers check-lint soak kernels tests vm-build demo bench fuzz \
	fuzz-build fuzzers install uninstall clean
.DELETE_ON_ERROR:

all: $(BUILD)/pam_nstree.so $(BUILD)/nstree

$(BUILD)/pamcheck.o: override CPPFLAGS += -DPAM_DIRECTORY='"$(PAMDIR)"'
$(BUILD)/nstree.o: override CPPFLAGS += -DVERSION='"$(VERSION)"'
$(BUILD)/%.o: %.c | $(BUILD)
	$(COMPILE) -c -o $@ $<

# -z defs: a symbol that nothing provides is found here, not at somebody's login.
$(BUILD)/pam_nstree.so: $(OBJECTS) $(BUILD)/pam_nstree.o
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-z,defs -Wl,-z,relro,-z,now -o $@ $^ $(LIBS) -lpam

# The command is more than the module: what it prints with stays out of sshd.
$(BUILD)/nstree: $(OBJECTS) $(COMMAND_ROOMS:%=$(BUILD)/%.o)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) $(COMMAND_LIBS)

$(BUILD)/unit/%: tests/unit/%.c $(OBJECTS) | $(BUILD)/unit
	$(COMPILE) -I. -o $@ $(filter %.c %.o,$^) $(LDFLAGS) $(LIBS) -lcmocka

$(BUILD)/unit/test_plan: $(BUILD)/plan.o

$(BUILD)/helpers/%: tests/helpers/%.c $(OBJECTS) | $(BUILD)/helpers
	$(COMPILE) -I. -o $@ $< $(OBJECTS) $(LDFLAGS) $(LIBS) -lpam -lpam_misc -pthread

$(BUILD)/fuzz_%: tests/fuzz/fuzz_%.c tests/fuzz/lib.c tests/fuzz/render.c $(OBJECTS) \
		$(wildcard tests/fuzz/*.h)
	mkdir -p $(BUILD)/new/$* $(BUILD)/failed
	$(COMPILE) -fsanitize=fuzzer -o $@ $(filter %.c %.o,$^) $(LDFLAGS) $(LIBS)

# The control of tests/e2e/races.test: the module, but with each path resolved twice.
TWICE = $(BUILD)/races/pam_nstree_twice.so
$(TWICE): tests/races/twice.c $(OBJECTS) $(BUILD)/pam_nstree.o | $(BUILD)/races
	$(COMPILE) -I. -c -o $(@:.so=.o) $<
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-z,defs -Wl,--wrap=path_open,--wrap=syscall -o $@ \
		$(@:.so=.o) $(OBJECTS) $(BUILD)/pam_nstree.o $(LIBS) -lpam

$(BUILD) $(BUILD)/unit $(BUILD)/helpers $(BUILD)/races:
	mkdir -p $@

# Only where something is missing, and apt's lists only then.
deb-deps: PACKAGES = $(DEB_PACKAGES)
rpm-deps: PACKAGES = $(RPM_PACKAGES)
deps deb-deps rpm-deps:
	@missing=$$(for p in $(PACKAGES); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | \
		grep -q 'ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
		[ $$(id -u) = 0 ] || { echo "install these first: $$missing" >&2; exit 1; }; \
		echo "installing:" $$missing; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi

tests: $(UNIT_TESTS) $(HELPERS) $(TWICE)

# Neither root nor a machine is needed for these.
check-unit: $(UNIT_TESTS)
	CMOCKA_MESSAGE_OUTPUT=TAP prove -v -e '' $(UNIT_TESTS)

check-sanitizers:
	$(MAKE) BUILD=$(BUILD)/sanitizers CFLAGS='-O1 -g -fno-omit-frame-pointer \
		-fsanitize=address,undefined -fno-sanitize-recover=all' check-unit

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

# Two at a time: a machine without KVM keeps one core busy.
check: deps
	$(MAKE) --no-print-directory all tests fuzz-build vm-build
	$(MAKE) --no-print-directory BUILD=$(BUILD)/sanitizers CFLAGS='-O1 -g -fno-omit-frame-pointer \
		-fsanitize=address,undefined -fno-sanitize-recover=all' tests
	CMOCKA_MESSAGE_OUTPUT=TAP prove -v -j2 -e '' tests/lint.t tests/packages.t tests/fuzz.t \
		$(UNIT_TESTS) $(UNIT_TESTS:$(BUILD)/%=$(BUILD)/sanitizers/%) \
		tests/newest-site.t tests/6.12-sessions.t tests/newest-sessions.t tests/newest-escapes.t \
		tests/6.12-escapes.t tests/6.12-site.t tests/demo.t

# The long tests: 100,000 sessions raced, every fault, the fuzzers for their ten minutes.
soak: deps
	$(MAKE) --no-print-directory tests vm-build fuzz-build
	tests/soak

# Every end-to-end test on the oldest and the newest of 6.12, of 6.18, and of 7.0 and later.
kernels: deps
	$(MAKE) --no-print-directory tests vm-build
	tests/kernels

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

install: all
	install -d $(DESTDIR)$(PAMDIR) $(DESTDIR)$(SYSCONFDIR)/security/nstree.d \
		$(DESTDIR)$(DATADIR)/nstree $(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(MANDIR)/man7 \
		$(DESTDIR)$(MANDIR)/man8
	install -d $(DESTDIR)$(SBINDIR)
	install -m 644 $(BUILD)/pam_nstree.so $(DESTDIR)$(PAMDIR)/
	install -m 755 $(BUILD)/nstree $(DESTDIR)$(SBINDIR)/
	install -m 644 conf/*.fstab $(DESTDIR)$(DATADIR)/nstree/
	[ -e $(DESTDIR)$(SYSCONFDIR)/security/nstree.conf ] || \
		install -m 644 conf/nstree.conf $(DESTDIR)$(SYSCONFDIR)/security/
	install -m 644 man/*.5 $(DESTDIR)$(MANDIR)/man5/
	install -m 644 man/*.7 $(DESTDIR)$(MANDIR)/man7/
	install -m 644 man/*.8 $(DESTDIR)$(MANDIR)/man8/
	install -d -m 755 $(DESTDIR)/var/lib/nstree $(DESTDIR)$(TMPFILESDIR)
	install -m 644 conf/pam-nstree.tmpfiles $(DESTDIR)$(TMPFILESDIR)/pam-nstree.conf
	install -d $(DESTDIR)$(BASHCOMPDIR) $(DESTDIR)$(ZSHCOMPDIR)
	install -m 644 completions/nstree.bash $(DESTDIR)$(BASHCOMPDIR)/nstree
	install -m 644 completions/_nstree $(DESTDIR)$(ZSHCOMPDIR)/

# The site's own policy and trees stay: they were not ours to begin with.
uninstall:
	rm -f $(DESTDIR)$(PAMDIR)/pam_nstree.so $(DESTDIR)$(SBINDIR)/nstree \
		$(DESTDIR)$(TMPFILESDIR)/pam-nstree.conf
	rm -f $(DESTDIR)$(BASHCOMPDIR)/nstree $(DESTDIR)$(ZSHCOMPDIR)/_nstree
	rm -f $(patsubst conf/%,$(DESTDIR)$(DATADIR)/nstree/%,$(wildcard conf/*.fstab))
	rm -f $(patsubst man/%,$(DESTDIR)$(MANDIR)/man5/%,$(wildcard man/*.5)) \
		$(patsubst man/%,$(DESTDIR)$(MANDIR)/man7/%,$(wildcard man/*.7)) \
		$(patsubst man/%,$(DESTDIR)$(MANDIR)/man8/%,$(wildcard man/*.8))
	-rmdir $(DESTDIR)$(DATADIR)/nstree $(DESTDIR)$(SYSCONFDIR)/security/nstree.d 2>/dev/null

# The machines' images in build/vm take minutes to make again, and stay.
clean:
	[ ! -d $(BUILD) ] || find $(BUILD) -mindepth 1 -maxdepth 1 ! -name vm -exec rm -rf {} +

-include $(wildcard $(BUILD)/*.d $(BUILD)/unit/*.d $(BUILD)/helpers/*.d $(BUILD)/races/*.d)

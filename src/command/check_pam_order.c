/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_pam_order.h"

#include <string.h>

#include "pamservices.h"

#define MODULE PAMSERVICES_MODULE

/* Where a module's session must be opened and closed. */
struct module_order {
	const char *module;
	bool opens_on_host; /* in the host's tree */
	const char
		*at_close; /* what remains on the host if it closes in a tree; NULL for nothing */
	enum severity severity;
	bool opens_in_tree; /* in the session's tree */
};

static const struct module_order modules[] = {
	{"pam_systemd.so", true, NULL, 0, false},
	{"pam_systemd_home.so", true, "the home directory stays active", SEVERITY_WARNING, false},
	{"pam_elogind.so", true, NULL, 0, false},
	{"pam_limits.so", true, NULL, 0, false},
	{"pam_env.so", true, NULL, 0, false},
	{"pam_motd.so", true, NULL, 0, false},
	{"pam_mail.so", true, NULL, 0, false},
	{"pam_mkhomedir.so", true, NULL, 0, false},
	{"pam_oddjob_mkhomedir.so", true, NULL, 0, false},
	{"pam_selinux.so", true, NULL, 0, false},
	{"pam_loginuid.so", true, NULL, 0, false},
	{"pam_lastlog.so", true, NULL, 0, false},
	{"pam_lastlog2.so", true, NULL, 0, false},
	{"pam_wtmpdb.so", true, NULL, 0, false},
	{"pam_namespace.so", true, NULL, 0, false},
	{"pam_mount.so", true, "its volumes stay mounted on the host after logout", SEVERITY_ERROR,
	 false},
	{"pam_ecryptfs.so", true, "the private directory stays mounted and readable after logout",
	 SEVERITY_ERROR, false},
	{"pam_krb5.so", true, "the ticket cache is left on the host", SEVERITY_WARNING, false},
	{"pam_sss.so", true, NULL, 0, false},
	{"pam_afs_session.so", true, NULL, 0, false},
	{"pam_tmpdir.so", false, NULL, 0, true},
};

static const struct module_order *find_module(const struct pam_line *line)
{
	for (size_t i = 0; i < sizeof(modules) / sizeof(*modules); i++)
		if (strcmp(pamstack_module(line), modules[i].module) == 0)
			return &modules[i];
	return NULL;
}

/* The module's own lines of a stack; each is NULL where there is none. */
struct own_lines {
	const struct pam_line *plain, *open, *close;
};

#define add(report, severity, code, line, ...)                                                     \
	report_say(report, severity, code, (line)->file, (line)->number, __VA_ARGS__)

static void check_twice(const struct pam_stack *stack, const struct pam_line *first,
			const struct pam_line *line, struct report *report)
{
	if (first->number == line->number && strcmp(first->file, line->file) == 0)
		add(report, SEVERITY_ERROR, CODE_PAM_TWICE, line,
		    "service %s includes this twice, and its sessions are refused: take one of "
		    "the includes out",
		    stack->service);
	else
		add(report, SEVERITY_ERROR, CODE_PAM_TWICE, line,
		    "service %s has '%s' in %s:%u already, and refuses its sessions: take one of "
		    "the lines out, or write 'close' behind the first and 'open' behind the last",
		    stack->service, MODULE, first->file, first->number);
}

static void find_own_lines(const struct pam_stack *stack, struct own_lines *own,
			   struct report *report)
{
	*own = (struct own_lines){0};
	for (size_t i = 0; i < stack->n_lines; i++) {
		const struct pam_line *line = &stack->lines[i], **place = &own->plain;

		if (!pamstack_is_session(line) || !pamservices_is_module(line))
			continue;
		if (pamstack_has_argument(line, "open"))
			place = &own->open;
		else if (pamstack_has_argument(line, "close"))
			place = &own->close;
		if (*place)
			check_twice(stack, *place, line, report);
		else
			*place = line;
	}
}

static void check_pair(const struct pam_stack *stack, const struct own_lines *own,
		       struct report *report)
{
	if (own->plain && (own->open || own->close))
		add(report, SEVERITY_ERROR, CODE_PAM_PAIR, own->plain,
		    "service %s has '%s' with open or close in %s:%u as well: write one line "
		    "without either, or 'close' in the first of two and 'open' in the last",
		    stack->service, MODULE, (own->open ? own->open : own->close)->file,
		    (own->open ? own->open : own->close)->number);
	else if (own->open && !own->close)
		add(report, SEVERITY_ERROR, CODE_PAM_PAIR, own->open,
		    "service %s never leaves its trees: write 'session required %s close' as its "
		    "first session line, or take 'open' off this one",
		    stack->service, MODULE);
	else if (own->close && !own->open)
		add(report, SEVERITY_ERROR, CODE_PAM_PAIR, own->close,
		    "service %s begins sessions without a tree: write 'session required %s open' "
		    "as its last session line, or take 'close' off this one and put it there",
		    stack->service, MODULE);
	else if (own->open && own->close && own->open < own->close)
		add(report, SEVERITY_ERROR, CODE_PAM_PAIR, own->open,
		    "service %s has 'open' before 'close': exchange the two words, so that the "
		    "first session line closes and the last opens",
		    stack->service);
}

/* Session modules after the line that opens. */
static void check_below(const struct pam_stack *stack, const struct pam_line *line,
			struct report *report)
{
	const struct pam_line *other = NULL;
	bool on_host = false;

	for (const struct pam_line *below = line + 1; below < stack->lines + stack->n_lines;
	     below++) {
		const struct module_order *order = find_module(below);

		if (!pamstack_is_session(below) || pamservices_is_module(below) ||
		    (order && order->opens_in_tree))
			continue;
		if (!other || (!on_host && order && order->opens_on_host))
			other = below;
		on_host = on_host || (order && order->opens_on_host);
	}
	if (!other)
		return;
	add(report, on_host ? SEVERITY_ERROR : SEVERITY_WARNING, CODE_PAM_ORDER, line,
	    "in service %s '%s' comes before %s of %s:%u, which %s: make it the last of %s's "
	    "session lines",
	    stack->service, MODULE, pamstack_module(other), other->file, other->number,
	    on_host ? "must open its session in the host's tree"
		    : "then opens its session inside the tree",
	    stack->service);
}

/* Session modules before the line that opens that must come after it. */
static void check_in_tree(const struct pam_stack *stack, const struct pam_line *line,
			  struct report *report)
{
	for (const struct pam_line *above = stack->lines; above < line; above++) {
		const struct module_order *order = find_module(above);

		if (pamstack_is_session(above) && order && order->opens_in_tree)
			add(report, SEVERITY_WARNING, CODE_PAM_ORDER, above,
			    "in service %s %s comes before '%s': the directory that TMPDIR names "
			    "is made in the host's /tmp, and is missing in a tree with a /tmp of "
			    "its own; put this line below %s:%u",
			    stack->service, order->module, MODULE, line->file, line->number);
	}
}

/* libpam closes a stack in the order in which it opens it: with a single line of the module, the
 * modules above it close inside the tree. */
static void check_closing(const struct pam_stack *stack, const struct pam_line *line,
			  struct report *report)
{
	for (const struct pam_line *above = stack->lines; above < line; above++) {
		const struct module_order *order = find_module(above);

		if (pamstack_is_session(above) && order && order->at_close)
			add(report, order->severity, CODE_PAM_ORDER, line,
			    "in service %s %s of %s:%u closes its session inside the tree: %s; "
			    "write 'session required %s close' as the first session line, and "
			    "'open' behind '%s' here",
			    stack->service, order->module, above->file, above->number,
			    order->at_close, MODULE, MODULE);
	}
}

/* The `close` line must be the first, but pam_selinux.so, which must be too, may precede it. */
static void check_above_close(const struct pam_stack *stack, const struct pam_line *close,
			      struct report *report)
{
	for (const struct pam_line *above = stack->lines; above < close; above++) {
		const struct module_order *order = find_module(above);

		if (!pamstack_is_session(above) || pamservices_is_module(above) ||
		    strcmp(pamstack_module(above), "pam_selinux.so") == 0)
			continue;
		add(report, order && order->at_close ? order->severity : SEVERITY_WARNING,
		    CODE_PAM_ORDER, close,
		    "in service %s '%s close' comes after %s of %s:%u, which closes its session "
		    "inside the tree%s%s: make it the first of %s's session lines",
		    stack->service, MODULE, pamstack_module(above), above->file, above->number,
		    order && order->at_close ? ", where " : "",
		    order && order->at_close ? order->at_close : "", stack->service);
		return;
	}
}

/* How many modules a jump in LINE must skip to skip END. */
static unsigned count_to(const struct pam_line *line, const struct pam_line *end)
{
	unsigned count = 0;

	for (const struct pam_line *below = line + 1; below <= end; below++)
		count += pamstack_is_session(below) && below->level <= line->level;
	return count;
}

/* Modules above that end the stack or jump over the line when they succeed. */
static void check_skipped(const struct pam_stack *stack, const struct pam_line *line,
			  struct report *report)
{
	for (const struct pam_line *above = stack->lines; above < line; above++) {
		unsigned jump;
		enum pam_action action;

		if (!pamstack_is_session(above) || above->level > line->level)
			continue;
		action = pamstack_action(above, "success", &jump);
		if (action == PAM_ACTION_DONE ||
		    (action == PAM_ACTION_JUMP && jump >= count_to(above, line)))
			add(report, SEVERITY_ERROR, CODE_PAM_SKIPPED, above,
			    "'%s' leaves out '%s' of %s:%u where %s succeeds, and begins sessions "
			    "without a tree: %s",
			    above->control, MODULE, line->file, line->number,
			    pamstack_module(above),
			    action == PAM_ACTION_DONE
				    ? "write required or optional"
				    : "write a smaller number, so that the line is not left out");
	}
}

/* Whether ABOVE, whatever its module says, may end the stack before LINE, or jump over it. */
static bool may_leave_out(const struct pam_line *above, const struct pam_line *line)
{
	static const char *const returns[] = {"success",	   "session_err",  "service_err",
					      "auth_err",	   "perm_denied",  "user_unknown",
					      "cred_unavail",	   "maxtries",	   "ignore",
					      "auth_info_unavail", "default_value"};
	unsigned jump;

	for (size_t i = 0; i < sizeof(returns) / sizeof(*returns); i++) {
		enum pam_action action = pamstack_action(above, returns[i], &jump);

		if (action == PAM_ACTION_DONE ||
		    (action == PAM_ACTION_JUMP && jump >= count_to(above, line)))
			return true;
	}
	return false;
}

/* pam_deny.so that every session of the stack comes to. */
static void check_denied(const struct pam_stack *stack, struct report *report)
{
	for (const struct pam_line *line = stack->lines; line < stack->lines + stack->n_lines;
	     line++) {
		unsigned jump;
		enum pam_action action = pamstack_action(line, "session_err", &jump);
		bool passed = false;

		if (!pamstack_is_session(line) ||
		    strcmp(pamstack_module(line), "pam_deny.so") != 0 ||
		    (action != PAM_ACTION_BAD && action != PAM_ACTION_DIE))
			continue;
		for (const struct pam_line *above = stack->lines; above < line && !passed; above++)
			passed = pamstack_is_session(above) && above->level <= line->level &&
				 may_leave_out(above, line);
		if (!passed)
			add(report, SEVERITY_ERROR, CODE_PAM_DENY, line,
			    "'%s' refuses every session of service %s, root's as well: take this "
			    "line out, or the stack's session lines if none is to begin",
			    pamstack_module(line), stack->service);
	}
}

void check_pam_order(const struct pam_stack *stack, struct report *report)
{
	const struct pam_line *opening;
	struct own_lines own;

	find_own_lines(stack, &own, report);
	check_pair(stack, &own, report);
	opening = own.open ? own.open : own.plain;
	if (own.close && own.open)
		check_above_close(stack, own.close, report);
	if (!opening)
		return;
	check_denied(stack, report);
	check_below(stack, opening, report);
	check_in_tree(stack, opening, report);
	check_skipped(stack, opening, report);
	if (own.plain)
		check_closing(stack, own.plain, report);
}

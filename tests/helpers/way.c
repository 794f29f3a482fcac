/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * way NAME [ARGUMENT]...: goes one way of the escape catalogue (tests/escapes/ways).
 * way serve: reads ways from standard input, as way_serve() does.
 *
 * The exit status is 0 whether it gets out or not.
 */
#include <string.h>

#include "tests/escapes/ways/ways.h"

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "serve") == 0)
		way_serve();
	else if (argc < 2 || !way_go(argv + 1))
		errx(1, "usage: way NAME [ARGUMENT]..., as in its source");
	return 0;
}

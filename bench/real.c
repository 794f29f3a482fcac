/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For LD_PRELOAD under valgrind: makes what goes through syscall(3) on the real processor, because
 * valgrind answers ENOSYS to the calls that it does not know, and the mount API is among these.
 */
#include <errno.h>
#include <stdarg.h>
#include <valgrind/valgrind.h>

struct call {
	long number;
	long arguments[6];
};

static long make(unsigned long thread, struct call *call)
{
	register long r10 __asm__("r10") = call->arguments[3];
	register long r8 __asm__("r8") = call->arguments[4];
	register long r9 __asm__("r9") = call->arguments[5];
	long result;

	(void)thread;
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(call->number), "D"(call->arguments[0]), "S"(call->arguments[1]),
			   "d"(call->arguments[2]), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

long syscall(long number, ...)
{
	struct call call = {.number = number};
	va_list arguments;
	long result;

	va_start(arguments, number);
	for (int i = 0; i < 6; i++)
		call.arguments[i] = va_arg(arguments, long);
	va_end(arguments);
	result = (long)VALGRIND_NON_SIMD_CALL1(make, &call);
	if (result >= 0 || result < -4095)
		return result;
	errno = (int)-result;
	return -1;
}

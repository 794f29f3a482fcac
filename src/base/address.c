/* SPDX-License-Identifier: BSD-3-Clause */
#include "address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#define ADDRESS_BITS 128
#define IPV4_PREFIX 96 /* the length of ::ffff:0:0/96, which has all IPv4 addresses */

static const struct address_block ipv4 = {{{[10] = 0xff, [11] = 0xff}}, IPV4_PREFIX};

static bool shares_prefix(const struct address *one, const struct address *other, unsigned prefix)
{
	unsigned bytes = prefix / 8, bits = prefix % 8;

	return memcmp(one->bytes, other->bytes, bytes) == 0 &&
	       (!bits || (one->bytes[bytes] ^ other->bytes[bytes]) >> (8 - bits) == 0);
}

static bool is_ipv4(const struct address *address)
{
	return shares_prefix(address, &ipv4.first, ipv4.prefix);
}

/* TEXT without a zone. */
static bool parse_plain(const char *text, struct address *address)
{
	*address = ipv4.first;
	return inet_pton(AF_INET, text, address->bytes + IPV4_PREFIX / 8) == 1 ||
	       inet_pton(AF_INET6, text, address->bytes) == 1;
}

bool address_parse(const char *text, struct address *address)
{
	size_t length = strcspn(text, "%");
	char plain[INET6_ADDRSTRLEN];

	if (!text[length])
		return parse_plain(text, address);
	if (length >= sizeof(plain) || !memchr(text, ':', length) || !text[length + 1])
		return false;
	memcpy(plain, text, length);
	plain[length] = '\0';
	return parse_plain(plain, address);
}

/* The decimal number TEXT, at most MAX; -1 for anything else. */
static int read_prefix(const char *text, int max)
{
	int prefix = 0;

	if (!*text || text[strspn(text, "0123456789")] || strlen(text) > 3)
		return -1;
	for (; *text; text++)
		prefix = prefix * 10 + (*text - '0');
	return prefix <= max ? prefix : -1;
}

static void clear_bits_after(struct address *address, unsigned prefix)
{
	for (unsigned bit = prefix; bit < ADDRESS_BITS; bit++)
		address->bytes[bit / 8] &= (unsigned char)~(0x80 >> bit % 8);
}

/* The block is as written, or it is another than whoever wrote it meant. */
static int check_host_bits(const char *text, const struct address_block *block, bool dotted,
			   const char *prefix, struct error *error)
{
	struct address first = block->first;
	char words[INET6_ADDRSTRLEN] = "";

	clear_bits_after(&first, block->prefix);
	if (memcmp(&first, &block->first, sizeof(first)) == 0)
		return 0;
	inet_ntop(dotted ? AF_INET : AF_INET6, first.bytes + (dotted ? IPV4_PREFIX / 8 : 0), words,
		  sizeof(words));
	return error_set(error, EINVAL,
			 "'%.100s' has bits after its prefix: write %s/%s, or the address alone",
			 text, words, prefix);
}

int address_block_parse(const char *text, struct address_block *block, struct error *error)
{
	size_t length = strcspn(text, "/");
	char plain[INET6_ADDRSTRLEN] = "";
	bool dotted;
	int prefix;

	if (length < sizeof(plain))
		memcpy(plain, text, length);
	if (!parse_plain(plain, &block->first))
		return error_set(error, EINVAL,
				 "'%.100s' is not an address: write one, such as 192.0.2.7 or "
				 "2001:db8::7, or a network, such as 192.0.2.0/24",
				 text);
	block->prefix = ADDRESS_BITS;
	if (!text[length])
		return 0;
	dotted = !strchr(plain, ':');
	prefix = read_prefix(text + length + 1, dotted ? 32 : ADDRESS_BITS);
	if (prefix < 0)
		return error_set(error, EINVAL,
				 "'%.100s' has no prefix length: write a number from 0 to %d after "
				 "the /, such as %s",
				 text, dotted ? 32 : ADDRESS_BITS,
				 dotted ? "192.0.2.0/24" : "2001:db8::/32");
	block->prefix = (unsigned)prefix + (dotted ? IPV4_PREFIX : 0);
	return check_host_bits(text, block, dotted, text + length + 1, error);
}

bool address_is_in(const struct address *address, const struct address_block *block)
{
	bool of_ipv4 = block->prefix >= IPV4_PREFIX && is_ipv4(&block->first);

	return is_ipv4(address) == of_ipv4 && shares_prefix(address, &block->first, block->prefix);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The one C++ file: no exception and no C++ type leaves it. */
#include "core/phone.h"

#include <cstdint>
#include <cstring>
#include <string>

#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

/*
 * In Brazil eight digits are possible because of nationwide numbers such as
 * 4004-1234, but most such numbers are some city's without the area code.
 */
static bool
lacks_area(const PhoneNumberUtil &util, const PhoneNumber &number)
{
	return util.IsPossibleNumberForTypeWithReason(number,
		PhoneNumberUtil::FIXED_LINE_OR_MOBILE)
			== PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY
		&& !util.IsValidNumber(number);
}

static enum phone_verdict
parse(const PhoneNumberUtil &util, const std::string &text,
	const std::string &region, PhoneNumber *number)
{
	switch (util.Parse(text, region, number)) {
	case PhoneNumberUtil::NO_PARSING_ERROR:
		break;
	case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
		return PHONE_NO_COUNTRY;
	case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
	case PhoneNumberUtil::TOO_SHORT_NSN:
		return PHONE_SHORT;
	case PhoneNumberUtil::TOO_LONG_NSN:
		return PHONE_LONG;
	default:
		return PHONE_UNPARSED;
	}
	switch (util.IsPossibleNumberWithReason(*number)) {
	case PhoneNumberUtil::IS_POSSIBLE:
		return lacks_area(util, *number) ? PHONE_LOCAL : PHONE_GOOD;
	case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
		return PHONE_LOCAL;
	case PhoneNumberUtil::INVALID_COUNTRY_CODE:
		return PHONE_NO_COUNTRY;
	case PhoneNumberUtil::TOO_SHORT:
		return PHONE_SHORT;
	case PhoneNumberUtil::TOO_LONG:
		return PHONE_LONG;
	default:
		/* Between two lengths in use. */
		return PHONE_UNPARSED;
	}
}

/* "00" is how most of the world dials the '+'. */
static std::string
with_plus(const std::string &text)
{
	if (text[0] == '+')
		return text;
	return "+" + (text.compare(0, 2, "00") ? text : text.substr(2));
}

static enum phone_verdict
read_number(const std::string &text, const std::string &region, char *out,
	size_t *digits)
{
	const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
	std::string bare = text, e164;
	enum phone_verdict verdict;
	PhoneNumber number, whole;

	util.NormalizeDigitsOnly(&bare);
	*digits = bare.size();
	if (region.empty()) {
		verdict = parse(util, with_plus(text), "ZZ", &number);
	} else {
		verdict = parse(util, text, region, &number);
		/* Only a valid one: this is a guess, the rest is not. */
		if (verdict != PHONE_GOOD
			&& parse(util, with_plus(text), "ZZ", &whole)
				== PHONE_GOOD
			&& util.IsValidNumber(whole)) {
			number = whole;
			verdict = PHONE_GOOD;
		}
	}
	if (verdict != PHONE_GOOD)
		return verdict;
	util.Format(number, PhoneNumberUtil::E164, &e164);
	if (e164.size() >= PHONE_TEXT)
		return PHONE_LONG;
	memcpy(out, e164.c_str(), e164.size() + 1);
	return PHONE_GOOD;
}

/*
 * What was made of a number is kept until another one takes its place: whoever
 * writes to us once writes again, and to read a number takes longer than all
 * else that is done with an event.
 */
struct known {
	char sent[31], region[3];
	char e164[PHONE_TEXT];
	enum phone_verdict verdict;
	size_t digits;
};

/* NULL where it is too long to be kept. */
static struct known *
place_of(const char *sent, const char *region)
{
	static struct known all[1 << 14];
	uint64_t hash = 14695981039346656037u; /* FNV-1a */

	if (strlen(sent) >= sizeof(all[0].sent)
		|| strlen(region) >= sizeof(all[0].region))
		return nullptr;
	for (const char *c = sent; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 1099511628211u;
	for (const char *c = region; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 1099511628211u;
	return &all[hash >> 32 & ((1 << 14) - 1)];
}

enum phone_verdict
phone_e164(const char *sent, const char *region, char out[PHONE_TEXT],
	size_t *digits) noexcept
{
	struct known spare = {}, *k;

	region = region ? region : "";
	k = place_of(sent, region);
	if (!k)
		k = &spare;
	if (!*sent || strcmp(k->sent, sent) || strcmp(k->region, region)) {
		*k = {};
		*digits = 0;
		try {
			k->verdict = read_number(
				sent, region, k->e164, &k->digits);
		} catch (...) {
			return PHONE_FAILED;
		}
		if (k != &spare) {
			memcpy(k->sent, sent, strlen(sent));
			memcpy(k->region, region, strlen(region));
		}
	}
	*digits = k->digits;
	if (k->verdict == PHONE_GOOD)
		memcpy(out, k->e164, PHONE_TEXT);
	return k->verdict;
}

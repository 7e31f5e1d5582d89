/* SPDX-License-Identifier: Apache-2.0 */
/* Linked to every test: runs the suite that its one file defines. */
#include <check.h>
#include <stdlib.h>

Suite *suite(void);

int
main(void)
{
	SRunner *runner = srunner_create(suite());
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

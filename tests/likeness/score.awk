# SPDX-License-Identifier: Apache-2.0
# From lines "record|truth|profile" to how well the profiles are the people: over
# pairs, in the contingency form (a record alone is a profile), and B-cubed.
BEGIN { FS = "|" }
{
	of_truth[$2]++
	of_profile[$3]++
	of_both[$2 FS $3]++
	records++
}
function ratio(a, b) { return b ? a / b : 1 }
END {
	for (t in of_truth)
		wanted += of_truth[t] * (of_truth[t] - 1) / 2
	for (p in of_profile) {
		n = of_profile[p]
		told += n * (n - 1) / 2
		if (n > largest)
			largest = n
	}
	for (b in of_both) {
		n = of_both[b]
		split(b, of, FS)
		right += n * (n - 1) / 2
		bp += n * n / of_profile[of[2]]
		br += n * n / of_truth[of[1]]
	}
	p = ratio(right, told)
	r = ratio(right, wanted)
	bp = ratio(bp, records)
	br = ratio(br, records)
	printf "%.4f %.4f %.4f %.4f %d\n", p, r, ratio(2 * p * r, p + r),
		ratio(2 * bp * br, bp + br), largest
}

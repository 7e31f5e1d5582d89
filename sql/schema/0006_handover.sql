-- SPDX-License-Identifier: Apache-2.0
-- Few events part what was before from what comes after; a recount wants them
-- first.
CREATE INDEX journal_handover ON journal (occurred_at, event)
	WHERE type = 'handover';

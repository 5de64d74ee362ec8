"""What stands still and what is granted: deferrals, extensions, and the dates of those above."""

from tests.deadlines.timelines.play import Timeline as T

ROWS = (
    T("a deferred case stands",
      "Its end is not moved before it runs on.",
      """03-03 08:50 filed D5
         03-03 09:00 dispatch
         03-03 09:10 sign
         03-04 09:00 defer""",
      """handle 03-10 09:00 stands
         case 03-13 08:50 stands"""),
    T("a deferral of working days",
      """Handling: one of five days was used; four from Monday the 16th: the 20th. The case, eight days from 08:50,
         would have ended on the 13th: seven days less ten minutes were left, so on the 25th at 08:50.""",
      """03-03 08:50 filed D5
         03-03 09:00 dispatch
         03-03 09:10 sign
         03-04 09:00 defer
         03-16 09:00 resume""",
      """handle 03-20 09:00 runs
         case 03-25 08:50 runs"""),
    T("a deferral of working minutes over a weekend",
      """480 from Thursday 09:00: 180 + 210, 90 on Friday: 09:30. Deferred on Thursday 17:00, 60 + 90 = 150 were
         left: from Monday 11:00 60 until noon, 90 from 14:30.""",
      """03-05 09:00 dispatched H8
         03-05 09:10 sign
         03-05 17:00 defer
         03-09 11:00 resume""",
      "handle 03-09 16:00 runs"),
    T("a deferral of what runs day and night",
      "Four hours from 14:00; three were left at 15:00; from 20:00 on the next day they end at 23:00.",
      """03-05 14:00 dispatched U4
         03-05 14:10 sign
         03-05 15:00 defer
         03-06 20:00 resume""",
      "handle 03-06 23:00 runs"),
    T("two deferrals",
      "Four days left at the first, three at the second: from Thursday the 12th, 13, 16, 17.",
      """03-03 09:00 dispatched D5
         03-03 09:10 sign
         03-04 09:00 defer
         03-05 09:00 resume
         03-06 09:00 defer
         03-12 09:00 resume""",
      "handle 03-17 09:00 runs"),
    T("an extension in working minutes moves the case by as much",
      """480 from 09:00: 390 today, 90 tomorrow: 09:30; granted until 11:30, 120 more. The case, 1,440 from 08:50:
         400, 450, 450, 140: Friday 10:20; and 120 more: 100 until noon, 20 from 14:30.""",
      """03-03 08:50 filed H8
         03-03 09:00 dispatch
         03-03 09:10 sign
         03-03 10:00 extend 03-04 11:30""",
      """handle 03-04 11:30 runs
         case 03-06 14:50 runs"""),
    T("an extension in working days moves the case by as much",
      "Five days end on the 10th, eight on the 13th; two days more each: the 12th, and over a weekend the 17th.",
      """03-03 08:50 filed D5
         03-03 09:00 dispatch
         03-03 09:10 sign
         03-04 10:00 extend 03-12 09:00""",
      """handle 03-12 09:00 runs
         case 03-17 08:50 runs"""),
    T("what was granted is left after a deferral, too",
      """Granted until 11:30, deferred at 10:30: 60 minutes are left, 30 on the evening of the 10th and 30 the next
         morning.""",
      """03-03 09:00 dispatched H8
         03-03 09:10 sign
         03-03 10:00 extend 03-04 11:30
         03-04 10:30 defer
         03-10 17:30 resume""",
      "handle 03-11 08:30 runs"),
    T("done before the end that was granted is in time",
      "The limit alone ended on Wednesday at 09:30; it was granted until 11:30, and done at 11:00.",
      """03-03 09:00 dispatched H8
         03-03 09:10 sign
         03-03 10:00 extend 03-04 11:30
         03-04 11:00 finish""",
      """handle 03-04 11:30 in_time
         check 03-04 17:30 runs"""),
    T("put off again, it has stood still since the first time",
      "Four of five days were left on the 4th, and are on the 16th.",
      """03-03 09:00 dispatched D5
         03-03 09:10 sign
         03-04 09:00 defer
         03-10 09:00 defer
         03-16 09:00 resume""",
      "handle 03-20 09:00 runs"),
    T("the day of review, and one working day after it",
      "Put off for 30 days: Friday 3 April 09:00; 4-6 April are off, so looked at by Tuesday the 7th at 09:00.",
      """03-03 09:00 dispatched D5
         03-03 09:10 sign
         03-04 11:00 defer""",
      "review 04-07 09:00 runs"),
    T("an extension beyond what the duty officer may grant, by the centre's leader",
      """Half of 480 would be 16:00. Until 17:00: 150 + 150 = 300 more; the case, from Friday 10:20: 100 until noon, 200
         from 14:30.""",
      """03-03 08:50 filed H8
         03-03 09:00 dispatch
         03-03 09:10 sign
         03-03 10:00 extend_far 03-04 17:00""",
      """handle 03-04 17:00 runs
         case 03-06 17:50 runs"""),
    T("an extension does not move the date of a superior",
      "The work is granted 120 minutes more; the case stays where the superior wants it.",
      """03-03 08:50 filed H8 source=superior due=03-05T10:00
         03-03 09:00 dispatch
         03-03 09:10 sign
         03-03 10:00 extend 03-04 11:30""",
      """handle 03-04 11:30 runs
         case 03-05 10:00 runs"""),
    T("given back after the end",
      "It ended on Wednesday at 09:30; whoever gives it back at 10:00 is late, and the next has 480 from 10:05.",
      """03-03 09:00 dispatched H8
         03-03 09:10 sign
         03-04 10:00 return
         03-04 10:05 dispatch water""",
      """handle 1 03-04 09:30 late
         handle 03-05 10:35 runs"""),
    T("a superior's date caps the case",
      "Eight working days would end on the 13th; the superior wants it on the 6th at 10:00.",
      "03-03 08:50 filed D5 source=superior due=03-06T10:00",
      "case 03-06 10:00 runs"),
    T("a superior's date beyond the limit moves nothing",
      "Eight working days end on the 13th, before the 20th.",
      "03-03 08:50 filed D5 source=superior due=03-20T10:00",
      "case 03-13 08:50 runs"),
    T("a deferral does not move the date of a superior",
      """The work, five days from 09:00, has stood still for two working days: the 10th becomes the 12th. The case
         by itself would end on the 17th; the superior wants it on the 12th at 10:00, and has moved nothing.""",
      """03-03 08:50 filed D5 source=superior due=03-12T10:00
         03-03 09:00 dispatch
         03-03 09:10 sign
         03-04 09:00 defer 1
         03-06 09:00 resume""",
      """handle 03-12 09:00 runs
         case 03-12 10:00 runs"""),
    T("a superior who gives more time moves his date",
      "From the 6th to the 10th at 10:00, as the sender has said; the limit of the case is the 13th.",
      """03-03 08:50 filed D5 source=superior due=03-06T10:00
         03-03 10:00 sender_gives 03-10 10:00""",
      "case 03-10 10:00 runs"),
    T("a ticket that is merged into a case brings its date",
      "The limit of the case is the 13th, eight days after the filing; the ticket is wanted on the 6th.",
      """03-03 08:50 filed D5
         03-03 10:00 takes 03-06 10:00""",
      "case 03-06 10:00 runs"),
    T("of two tickets the earlier date binds",
      "The 9th and the 6th.",
      """03-03 08:50 filed D5
         03-03 10:00 takes 03-09 10:00
         03-03 10:10 takes 03-06 10:00""",
      "case 03-06 10:00 runs"),
    T("a ticket that was merged and is not the same takes its date away",
      "The limit of the case holds again.",
      """03-03 08:50 filed D5
         03-03 10:00 takes 03-06 10:00
         03-03 10:10 frees""",
      "case 03-13 08:50 runs"),
    T("a date given with a hand-down holds until the case is back",
      "Below: by the 6th. Back above: the limit of its own, eight days.",
      """03-03 08:50 filed D5
         03-03 09:00 down 03-06 18:00""",
      "case 03-06 18:00 runs"),
    T("a case that went up again has its own limit",
      "The date was for those below; they gave it back on the 4th.",
      """03-03 08:50 filed D5
         03-03 09:00 down 03-06 18:00
         03-04 09:00 up""",
      "case 03-13 08:50 runs"),
    T("an earlier date of a ticket ends what was granted before",
      """Granted until the 4th, 17:00, the case would end on the 6th at 17:50; the ticket merged in is wanted on the
         5th at 10:00.""",
      """03-03 08:50 filed H8
         03-03 09:00 dispatch
         03-03 09:10 sign
         03-03 10:00 extend_far 03-04 17:00
         03-03 11:00 takes 03-05 10:00""",
      """handle 03-04 17:00 runs
         case 03-05 10:00 runs"""),
    T("what was granted holds again without the ticket",
      "As above: the 6th at 17:50, when the ticket stands alone again.",
      """03-03 08:50 filed H8
         03-03 09:00 dispatch
         03-03 09:10 sign
         03-03 10:00 extend_far 03-04 17:00
         03-03 11:00 takes 03-05 10:00
         03-03 11:10 frees""",
      "case 03-06 17:50 runs"),
    T("an earlier date given with a hand-down ends what was granted before",
      "Granted, the case would end on the 6th at 17:50; below it is wanted on the 5th at noon.",
      """03-03 08:50 filed H8
         03-03 09:00 dispatch
         03-03 09:10 sign
         03-03 10:00 extend_far 03-04 17:00
         03-03 11:00 recall
         03-03 11:10 down 03-05 12:00""",
      "case 03-05 12:00 runs"),
    T("a superior has consented, and a ticket with a later date is merged in",
      """The work, five days, ends on the 10th at 09:00 and gets a day more: the 11th, after the superior's 10th at
         10:00, which he moves to the 12th; the ticket's is the 20th. The limit of the case itself is the 13th.""",
      """03-03 08:50 filed D5 source=superior ticket_kind=complaint due=03-10T10:00
         03-03 09:00 dispatch
         03-03 09:10 sign
         03-03 10:00 consented 03-11 09:00 03-12 10:00
         03-03 11:00 takes 03-20 10:00""",
      """handle 03-11 09:00 runs
         case 03-12 10:00 runs"""),
    T("the sender of a merged ticket has consented, and another ticket comes and goes",
      "The 9th became the 12th at 10:00; the 20th never bound.",
      """03-03 08:50 filed D5
         03-03 09:00 dispatch
         03-03 09:10 sign
         03-03 09:30 takes 03-09 10:00
         03-03 10:00 consented 03-11 09:00 03-12 10:00
         03-03 11:00 takes 03-20 10:00
         03-03 11:10 frees""",
      "case 03-12 10:00 runs"),
    T("of two senders each consents to what lies before the new end alone",
      "The 9th became the 16th; the other's 11th, 18:00, is not passed by the 11th, 09:00, and binds.",
      """03-03 08:50 filed D5
         03-03 09:00 dispatch
         03-03 09:10 sign
         03-03 09:30 takes 03-09 10:00
         03-03 09:40 takes 03-11 18:00
         03-03 10:00 consented 03-11 09:00 03-16 10:00""",
      "case 03-11 18:00 runs"),
    T("a superior has consented to a deferral, and a ticket is merged in",
      """Four of five days from the 16th: the 20th. The case, eight days from the 3rd at 08:50, has stood for eight:
         the 25th, before the 25th at 18:00 to which the superior has moved his date.""",
      """03-03 08:50 filed D5 source=superior ticket_kind=complaint due=03-12T10:00
         03-03 09:00 dispatch
         03-03 09:10 sign
         03-04 09:00 defer_consented 12 03-25 18:00
         03-16 09:00 resume
         03-16 10:00 takes 03-30 10:00""",
      """handle 03-20 09:00 runs
         case 03-25 08:50 runs"""),
)  # fmt: skip

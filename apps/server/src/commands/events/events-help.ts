/** The text of `imagetags-server events --help`. */
export const EVENTS_HELP = `What waits to be sent by notifications, and what was given up.

Usage: imagetags-server events [action]

  (none)                      count what waits for each destination, and what was given up
  given-up [DESTINATION]      list what was given up, oldest first, and why
  retry DESTINATION ID...     send given-up events once more, at once
  drop DESTINATION ID...      forget given-up events
  drop-waiting DESTINATION ID...
                              forget events that wait to be sent

Options:

  --all          every event of the destination, in the place of ids
  --yes          drop without a question
  --output json  for the counts and the list

The settings are those of the server; it may run meanwhile. Events stay in the history whatever is dropped here.

Exit code: 0 done; 1 nothing or not all of it was there, or nobody agreed; 2 wrong usage or settings, or no database.
For the counts: 0 nothing was given up; 1 something was.
`;

import { z } from "zod";

/**
 * A path, which is taken as it is. What a shell would have read otherwise is refused: service and environment files keep
 * quotes, `~` and `$HOME` as they are written, and a folder of such a name would be made without a word.
 */
export function filePath() {
  return z
    .string()
    .regex(
      /^(?![\s"'~$])(?!file:)[^\p{Cc}]*[^\p{Cc}\s"']$/u,
      "must be a path as it is, without quotes, ~, $NAME or blanks around it",
    );
}

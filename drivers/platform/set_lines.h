// Configurations whose lines are commands with the whole path: "set system host-name a", "delete interfaces lo0".
// Sources: Junos OS CLI User Guide ("Configuration Mode": set, delete, edit, up, top, exit; values in brackets; "show |
// display set"), VyOS user guide, "Command Line Interface".
#pragma once

#include "drivers/platform/meant.h"

namespace rollover::platform {

/// The words of a line: quotes are taken off ("a b" and 'a b' are one word), a comment at the end ("## SECRET-DATA") is
/// none. Pure.
[[nodiscard]] std::vector<std::string> set_words(std::string_view line);

/// As `deviations`, for lines that are typed in this style, also below "edit". Understood are: the order of lines,
/// quotes, abbreviated words, values in brackets, several statements in one line, addresses and areas that are written
/// otherwise, lines that a later one replaces, deletes or renames, secrets. Pure.
[[nodiscard]] std::vector<deviation> set_deviations(const patterns& match, std::span<const typed_line> meant,
                                                    const configuration& running);

/// As `lines_to_restore`. Pure.
[[nodiscard]] std::vector<std::string> set_lines_to_restore(const description& d, const configuration& now,
                                                            const configuration& wanted);

}  // namespace rollover::platform

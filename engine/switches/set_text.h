// Configurations as Junos prints them with "display set": each line the whole way to one statement.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::switches {

/// The words of a line; what is in double quotes is one, without them. At most `limit`.
[[nodiscard]] std::vector<std::string_view> set_words(std::string_view line, std::size_t limit = 32);

/// The statements in force: of every "set" line the words behind "set", but for those at or below something that a
/// "deactivate" line names. The text must outlive the result.
[[nodiscard]] std::vector<std::vector<std::string_view>> statements_of(std::string_view text);

}  // namespace rollover::switches

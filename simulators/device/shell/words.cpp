#include "simulators/device/shell/words.h"

#include <algorithm>

namespace rollover::sim::shell {
namespace {

bool blank(char c) {
    return c == ' ' || c == '\t' || c == '\n';
}

bool only_blanks(std::string_view text) {
    return std::all_of(text.begin(), text.end(), blank);
}

bool name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Keeps track of quotes while a text is read from left to right.
struct quotes {
    char open = 0;
    bool escaped = false;

    /// Whether `c` stands for itself (is quoted or escaped); quoting characters themselves count as plain.
    bool feed(char c) {
        if (escaped) {
            escaped = false;
            return true;
        }
        if (open == '\'') {
            open = c == '\'' ? '\0' : open;
            return true;
        }
        if (c == '\\') {
            escaped = true;
            return true;
        }
        if (open == '"') {
            open = c == '"' ? '\0' : open;
            return true;
        }
        if (c == '\'' || c == '"') {
            open = c;
            return true;
        }
        return false;
    }
};

/// The value of the expansion that starts after a dollar sign at `at`, which moves behind it.
std::string expansion(std::string_view raw, std::size_t& at,
                      const std::function<std::string(std::string_view)>& lookup) {
    if (at < raw.size() && raw[at] == '?') {
        ++at;
        return lookup("?");
    }
    const bool braced = at < raw.size() && raw[at] == '{';
    const std::size_t from = at + (braced ? 1 : 0);
    std::size_t end = from;
    while (end < raw.size() && (name_character(raw[end]) || (braced && raw[end] == '?'))) {
        ++end;
    }
    if (end == from) {
        return "$";
    }
    const std::string value = lookup(raw.substr(from, end - from));
    at = end + (braced && end < raw.size() ? 1 : 0);
    return value;
}

}  // namespace

command_list split_list(std::string_view line) {
    command_list list;
    quotes state;
    simple_command now;
    std::string part;
    bool piped = false;
    const auto end_part = [&] {
        if (piped) {
            now.pipe.push_back(part);
        } else {
            now.raw = part;
        }
        part.clear();
    };
    const auto end_command = [&](condition next, std::string_view token) {
        if (only_blanks(part) && list.status == split_status::ok) {
            list.status = split_status::wrong;
            list.wrong_token = token;
        }
        end_part();
        list.commands.push_back(std::move(now));
        now = {};
        now.when = next;
        piped = false;
    };
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char c = line[at];
        const bool twice = at + 1 < line.size() && line[at + 1] == c;
        if (state.feed(c)) {
            part.push_back(c);
            continue;
        }
        if (c == '#' && (part.empty() || blank(part.back()))) {
            break;
        }
        if (c == ';') {
            end_command(condition::always, ";");
        } else if ((c == '&' || c == '|') && twice) {
            end_command(c == '&' ? condition::after_success : condition::after_failure, c == '&' ? "&&" : "||");
            ++at;
        } else if (c == '|') {
            end_part();
            piped = true;
        } else {
            part.push_back(c);
        }
    }
    if (state.open != 0 || state.escaped) {
        list.status = split_status::unfinished;
        return list;
    }
    if (!only_blanks(part)) {
        end_part();
        list.commands.push_back(std::move(now));
    } else if (now.when != condition::always || piped) {
        list.status = split_status::unfinished;
    }
    return list;
}

std::vector<std::string> expand_words(std::string_view raw,
                                      const std::function<std::string(std::string_view)>& lookup) {
    std::vector<std::string> words;
    std::string word;
    bool begun = false;
    char open = 0;
    for (std::size_t at = 0; at < raw.size();) {
        const char c = raw[at++];
        if (open == 0 && blank(c)) {
            if (begun) {
                words.push_back(std::move(word));
                word.clear();
                begun = false;
            }
            continue;
        }
        begun = true;
        if ((c == '\'' && open != '"') || (c == '"' && open != '\'')) {
            open = open == 0 ? c : '\0';
        } else if (c == '\\' && open != '\'' && at < raw.size()) {
            const char next = raw[at++];
            const bool kept = open == '"' && next != '"' && next != '\\' && next != '$' && next != '`';
            word += kept ? "\\" : "";
            if (next != '\n') {
                word.push_back(next);
            }
        } else if (c == '$' && open != '\'') {
            word += expansion(raw, at, lookup);
        } else {
            word.push_back(c);
        }
    }
    if (begun) {
        words.push_back(std::move(word));
    }
    return words;
}

redirections take_redirections(std::vector<std::string>& words) {
    redirections taken;
    for (std::size_t n = 0; n < words.size();) {
        const std::string& w = words[n];
        const std::size_t arrow = w.find('>');
        const bool is_one =
            arrow != std::string::npos && (arrow == 0 || (arrow == 1 && (w[0] == '1' || w[0] == '2' || w[0] == '&')));
        if (!is_one) {
            ++n;
            continue;
        }
        const char what = arrow == 0 ? '1' : w[0];
        const std::string target = w.substr(w.find_last_of('>') + 1);
        if (target != "&1" && target != "&2") {
            taken.no_output = taken.no_output || what == '1' || what == '&';
            taken.no_errors = taken.no_errors || what == '2' || what == '&';
        } else if (target == "&1") {
            taken.no_errors = taken.no_errors || taken.no_output;
        }
        const std::size_t count = target.empty() && n + 1 < words.size() ? 2 : 1;
        words.erase(words.begin() + static_cast<std::ptrdiff_t>(n),
                    words.begin() + static_cast<std::ptrdiff_t>(n + count));
    }
    return taken;
}

}  // namespace rollover::sim::shell

#include "simulators/lab/shell_words.h"

#include <algorithm>
#include <cctype>

namespace rollover::sim {

namespace {

bool is_assignment(std::string_view word) {
    const std::size_t mark = word.find('=');
    if (mark == 0 || mark == std::string_view::npos || std::isdigit(static_cast<unsigned char>(word.front())) != 0) {
        return false;
    }
    return std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(mark),
                       [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; });
}

/// Reads the line character by character; one object for one line.
class shell_reader {
public:
    explicit shell_reader(std::string_view line) : rest_(line) {}

    result<std::vector<shell_command>> read() {
        while (!rest_.empty()) {
            const auto done = step();
            if (!done) {
                return done.error();
            }
        }
        end_word();
        if (current_.argv.empty() && current_.when != shell_command::condition::always) {
            return failure(errc::bad_input, "syntax error: unexpected end of the line");
        }
        const auto done = end_command(shell_command::condition::always);
        if (!done) {
            return done.error();
        }
        return std::move(commands_);
    }

private:
    result<void> step() {
        const char c = rest_.front();
        rest_.remove_prefix(1);
        switch (c) {
            case ' ':
            case '\t': end_word(); return {};
            case '\n':
            case ';': end_word(); return end_command(shell_command::condition::always);
            case '&':
            case '|': return double_operator(c);
            case '\'': return single_quoted();
            case '"': return double_quoted();
            case '\\':
                if (rest_.empty()) {
                    return failure(errc::bad_input, "a backslash at the end of the line");
                }
                add(rest_.front());
                rest_.remove_prefix(1);
                return {};
            default: break;
        }
        if (std::string_view("$`<>()*?[]{}~#").find(c) != std::string_view::npos) {
            return failure(errc::unsupported, std::string("the simulated host's shell does not know '") + c + "'");
        }
        add(c);
        return {};
    }

    result<void> double_operator(char c) {
        if (!rest_.starts_with(c)) {
            return failure(errc::unsupported, std::string("the simulated host's shell does not know '") + c + "'");
        }
        rest_.remove_prefix(1);
        end_word();
        if (current_.argv.empty()) {
            return failure(errc::bad_input, std::string("syntax error: \"") + c + c + "\" unexpected");
        }
        return end_command(c == '&' ? shell_command::condition::if_ok : shell_command::condition::if_failed);
    }

    result<void> single_quoted() {
        const std::size_t end = rest_.find('\'');
        if (end == std::string_view::npos) {
            return failure(errc::bad_input, "syntax error: unterminated quoted string");
        }
        in_word_ = true;
        word_ += rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return {};
    }

    result<void> double_quoted() {
        in_word_ = true;
        while (!rest_.empty()) {
            const char c = rest_.front();
            rest_.remove_prefix(1);
            if (c == '"') {
                return {};
            }
            if (c == '$' || c == '`') {
                return failure(errc::unsupported, std::string("the simulated host's shell does not know '") + c + "'");
            }
            if (c == '\\' && !rest_.empty() &&
                std::string_view("$`\"\\").find(rest_.front()) != std::string_view::npos) {
                word_ += rest_.front();
                rest_.remove_prefix(1);
                continue;
            }
            word_ += c;
        }
        return failure(errc::bad_input, "syntax error: unterminated quoted string");
    }

    void add(char c) {
        in_word_ = true;
        word_ += c;
    }
    void end_word() {
        if (in_word_) {
            current_.argv.push_back(std::move(word_));
            word_.clear();
            in_word_ = false;
        }
    }
    result<void> end_command(shell_command::condition next) {
        if (!current_.argv.empty()) {
            resolve_environment(current_);
            if (current_.argv.empty()) {
                return failure(errc::unsupported, "setting a variable without a command is not simulated");
            }
            commands_.push_back(std::move(current_));
        }
        current_ = {};
        current_.when = next;
        return {};
    }

    std::string_view rest_;
    std::vector<shell_command> commands_;
    shell_command current_;
    std::string word_;
    bool in_word_ = false;
};

}  // namespace

void resolve_environment(shell_command& command) {
    auto word = command.argv.begin();
    for (; word != command.argv.end(); ++word) {
        if (*word == "env" || *word == "exec" || *word == "command") {
            continue;
        }
        if (!is_assignment(*word)) {
            break;
        }
        const std::size_t mark = word->find('=');
        command.environment.emplace_back(word->substr(0, mark), word->substr(mark + 1));
    }
    command.argv.erase(command.argv.begin(), word);
}

result<std::vector<shell_command>> parse_shell(std::string_view line) {
    return shell_reader(line).read();
}

}  // namespace rollover::sim

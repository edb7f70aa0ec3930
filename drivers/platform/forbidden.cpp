#include "drivers/platform/forbidden.h"

#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <re2/re2.h>

namespace rollover::platform {

namespace {

constexpr char eighth_bit = '\x7f';

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
}

/// "reload" as `r(?:e(?:l(?:o(?:a(?:d)?)?)?)?)?`: devices take a word by its beginning.
std::string abbreviated(std::string_view word) {
    std::string out;
    for (const char c : word) {
        out += (out.empty() ? "" : "(?:") + RE2::QuoteMeta(std::string(1, c));
    }
    for (std::size_t i = 1; i < word.size(); ++i) {
        out += ")?";
    }
    return out;
}

/// Where a command may begin: at the start, behind what runs another one, behind what ends one on a shell.
std::string expression_of(std::string_view command) {
    std::string words;
    std::string word;
    const auto take = [&] {
        if (!word.empty()) {
            words += (words.empty() ? "" : "[\\s/]+") + abbreviated(word);
            word.clear();
        }
    };
    for (const char c : command) {
        if (c == ' ') {
            take();
        } else {
            word += c;
        }
    }
    take();
    return R"((?i)(?:^|[;|&(){}<>`"'=!])[\s/]*(?:(?:do?|ru?n?|sudo|exec|command|busybox)\s+)*)" + words +
           R"re((?:$|[\s;|&(){}<>`"'/]))re";
}

RE2::Options device_text() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_encoding(RE2::Options::EncodingLatin1);
    return options;
}

/// One blank between words, none around them: how many there are changes nothing for a device.
std::string with_single_blanks(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t';
        if (!blank) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    return std::string(trim(out));
}

std::string without(std::string text, std::string_view characters) {
    std::erase_if(text, [characters](char c) { return characters.find(c) != std::string_view::npos; });
    return text;
}

/// Whether the line goes on in the next one.
bool is_continued(std::string_view line) {
    const auto last = line.find_last_not_of('\\');
    const auto count = line.size() - (last == std::string_view::npos ? 0 : last + 1);
    return count % 2 == 1;
}

std::string seven_bits(std::string text) {
    for (char& c : text) {
        c = static_cast<char>(c & eighth_bit);
    }
    return text;
}

}  // namespace

struct forbidden_commands::compiled {
    struct one {
        explicit one(const forbidden_command& r)
            : expression(r.command.empty() ? r.pattern : expression_of(r.command), device_text()), rule(r) {}
        RE2 expression;
        forbidden_command rule;
    };
    std::vector<std::unique_ptr<one>> rules;
};

forbidden_commands::forbidden_commands(std::span<const forbidden_command> rules)
    : compiled_(std::make_unique<compiled>()) {
    for (const auto& rule : rules) {
        compiled_->rules.push_back(std::make_unique<compiled::one>(rule));
    }
}

forbidden_commands::~forbidden_commands() = default;

bool forbidden_commands::empty() const noexcept {
    return compiled_->rules.empty();
}

std::optional<std::string> forbidden_commands::why(const std::string& text) const {
    const std::string single = with_single_blanks(text);
    const std::string bare = without(single, "\\\"'");
    const std::string completed = with_single_blanks(without(text, "\t"));
    for (const auto& one : compiled_->rules) {
        const auto found = [&one](const std::string& line) { return RE2::PartialMatch(line, one->expression); };
        if (!one->expression.ok() || found(single) || found(bare) || found(completed)) {
            const auto named = one->rule.command.empty() ? "/" + one->rule.pattern + "/" : one->rule.command;
            return fmt::format("'{}' is forbidden{}{}", named, one->rule.because.empty() ? "" : ": ",
                               one->rule.because);
        }
    }
    return std::nullopt;
}

std::vector<refused_line> forbidden_commands::find(std::span<const std::string> lines) const {
    std::vector<refused_line> out;
    if (empty()) {
        return out;
    }
    for (std::size_t i = 0; i < lines.size(); ++i) {
        // A tab completes a word, which is the same as its beginning; whatever else acts on a console hides what is
        // typed. Some devices drop the eighth bit (IOS: exec-character-bits 7).
        const std::string seven = seven_bits(lines[i]);
        const auto acts = std::ranges::find_if(seven, [](char c) { return is_control(c) && c != '\t'; });
        if (acts != seven.end()) {
            const bool itself = lines[i][static_cast<std::size_t>(acts - seven.begin())] == *acts;
            out.push_back({i,
                           fmt::format("{} {}, so what the device reads cannot be told",
                                       itself ? "it has the control character"
                                              : "a character of it is, on a console with seven bits,",
                                       printable(std::string(1, *acts))),
                           "commands are forbidden in this lab: write such lines in ASCII"});
            continue;
        }
        auto because = why(lines[i]);
        if (!because && seven != lines[i]) {
            because = why(seven);
        }
        std::string joined = lines[i];
        std::string apart = lines[i];
        for (std::size_t next = i + 1; !because && next < lines.size() && is_continued(lines[next - 1]); ++next) {
            joined.pop_back();
            apart.pop_back();
            joined += trim(lines[next]);
            apart += " " + lines[next];
            because = why(joined);
            if (!because) {
                because = why(apart);
            }
        }
        if (because) {
            out.push_back(
                {i, std::move(*because), "ask the operator of the lab; docs/labs.md, \"Forbidden commands\""});
        }
    }
    return out;
}

std::optional<refused_line> forbidden_commands::find(const std::string& line) const {
    auto found = find(std::span(&line, 1));
    if (found.empty()) {
        return std::nullopt;
    }
    return std::move(found.front());
}

}  // namespace rollover::platform

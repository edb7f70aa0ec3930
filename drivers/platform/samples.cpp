#include "drivers/platform/samples.h"

#include "drivers/platform/patterns.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace rollover::platform {
namespace {

using texts = std::vector<std::string>;

constexpr std::uint32_t most_texts = 64;
constexpr std::size_t longest_text = 200;
constexpr unsigned most_depth = 50;
constexpr unsigned most_repeats = 16;
// In the order in which they stand for a class: what prompts are made of comes first.
constexpr std::string_view candidates = "ar1Z0-._/ :@~#$>%()[]+=!?*,;'\"\\&|<{}^`\t";

void add(texts& all, std::string text) {
    if (all.size() < most_texts && text.size() <= longest_text &&
        std::find(all.begin(), all.end(), text) == all.end()) {
        all.push_back(std::move(text));
    }
}

/// Every text of `a` before every text of `b`. Where that is too many: each of the longer list once, and one of the
/// other that does not depend on its place there; `salt` is another one at each call.
texts chained(const texts& a, const texts& b, unsigned salt) {
    texts all;
    if (a.size() * b.size() <= most_texts) {
        for (const auto& x : a) {
            for (const auto& y : b) {
                add(all, x + y);
            }
        }
        return all;
    }
    constexpr std::uint32_t golden = 2654435761U;  // Knuth's multiplicative hash
    for (std::uint32_t i = 0; i < most_texts; ++i) {
        const auto other = ((i + salt * most_texts) * golden) >> 16U;
        add(all, a.size() >= b.size() ? a[i % a.size()] + b[other % b.size()] : a[other % a.size()] + b[i % b.size()]);
    }
    return all;
}

struct bounds {
    unsigned least = 1;
    unsigned most = 1;
};

/// Reads an expression from left to right. What it misreads is of no harm: every text is tried with RE2 afterwards.
class sampler {
public:
    explicit sampler(std::string_view expression) : left_(expression) {}

    [[nodiscard]] texts all() {
        auto made = alternatives(0);
        return left_.empty() && !failed_ ? made : texts{};
    }

private:
    [[nodiscard]] bool at(char c) const { return !left_.empty() && left_.front() == c; }

    bool take(std::string_view what) {
        if (!left_.starts_with(what)) {
            return false;
        }
        left_.remove_prefix(what.size());
        return true;
    }

    texts fail() {
        failed_ = true;
        return {};
    }

    texts alternatives(unsigned depth) {
        if (depth > most_depth) {
            return fail();
        }
        std::vector<texts> each;
        std::size_t longest = 0;
        do {
            each.push_back(sequence(depth));
            longest = std::max(longest, each.back().size());
        } while (!failed_ && take("|"));
        texts all;
        for (std::size_t i = 0; i < longest; ++i) {  // in turn: the first one must not take all the room
            for (auto& some : each) {
                if (i < some.size()) {
                    add(all, std::move(some[i]));
                }
            }
        }
        return all;
    }

    texts sequence(unsigned depth) {
        texts all{""};
        while (!failed_ && !left_.empty() && !at('|') && !at(')')) {
            const auto one = atom(depth);
            all = chained(all, repeated(one, how_often()), ++salt_);
        }
        return all;
    }

    texts atom(unsigned depth) {
        const char c = left_.front();
        if (c == '(') {
            return group(depth);
        }
        if (c == '[') {
            return one_of(left_.substr(0, end_of_class()));
        }
        if (c == '\\') {
            return escape();
        }
        left_.remove_prefix(1);
        if (c == '.') {
            return {"x"};
        }
        return c == '^' || c == '$' ? texts{""} : texts{std::string(1, c)};
    }

    texts group(unsigned depth) {
        left_.remove_prefix(1);
        if (take("?P<host>")) {
            static_cast<void>(alternatives(depth + 1));
            return take(")") ? texts{"r1", "sw-1.lab"} : fail();
        }
        if (take("?P<")) {
            const auto end = left_.find('>');
            if (end == std::string_view::npos) {
                return fail();
            }
            left_.remove_prefix(end + 1);
        } else if (take("?")) {
            const auto end = left_.find_first_of(":)");
            if (end == std::string_view::npos) {
                return fail();
            }
            const bool only_flags = left_[end] == ')';
            left_.remove_prefix(end + 1);
            if (only_flags) {
                return {""};
            }
        }
        auto inside = alternatives(depth + 1);
        return take(")") ? inside : fail();
    }

    [[nodiscard]] std::size_t end_of_class() const {
        std::size_t end = left_.starts_with("[^") ? 2 : 1;
        for (bool first = true; end < left_.size(); ++end, first = false) {
            if (left_[end] == '\\') {
                ++end;
            } else if (left_.substr(end).starts_with("[:")) {
                end = std::min(left_.find(":]", end), left_.size() - 1) + 1;
            } else if (left_[end] == ']' && !first) {
                return end + 1;
            }
        }
        return left_.size();
    }

    texts escape() {
        if (left_.starts_with("\\x{")) {
            const auto end = left_.find('}');
            return end == std::string_view::npos ? fail() : one_of_code(left_.substr(0, end + 1));
        }
        if (left_.starts_with("\\x")) {
            return one_of_code(left_.substr(0, 4));
        }
        if (left_.starts_with("\\Q") || left_.starts_with("\\p") || left_.starts_with("\\P") || left_.size() < 2) {
            return fail();
        }
        const char c = left_[1];
        constexpr std::string_view classes = "dDsSwW";
        constexpr std::string_view empty = "AzbB";
        if (classes.find(c) != std::string_view::npos) {
            return one_of(left_.substr(0, 2));
        }
        left_.remove_prefix(2);
        if (empty.find(c) != std::string_view::npos) {
            return {""};
        }
        switch (c) {
            case 't': return {"\t"};
            case 'n': return {"\n"};
            case 'r': return {"\r"};
            default: return {std::string(1, c)};
        }
    }

    texts one_of_code(std::string_view written) {
        auto digits = written.substr(std::min<std::size_t>(written.size(), 2));
        digits.remove_prefix(digits.starts_with("{") ? 1 : 0);
        unsigned code = 256;
        std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        left_.remove_prefix(written.size());
        return code > 255 ? fail() : texts{std::string(1, static_cast<char>(code))};
    }

    /// Two characters that the class has: RE2 itself is asked.
    texts one_of(std::string_view written) {
        const pattern_set matches({std::string(written)}, pattern_set::match::whole);
        left_.remove_prefix(written.size());
        texts all;
        for (const char c : candidates) {
            if (all.size() < 2 && matches.any({&c, 1})) {
                all.emplace_back(1, c);
            }
        }
        return all.empty() ? fail() : all;
    }

    bounds how_often() {
        bounds b;
        if (take("*")) {
            b = {0, 2};
        } else if (take("+")) {
            b = {1, 2};
        } else if (take("?")) {
            b = {0, 1};
        } else if (at('{')) {
            b = counted().value_or(b);
        } else {
            return b;
        }
        take("?");  // as few as possible: the same texts
        return b;
    }

    /// {2}, {2,}, {2,5}; another brace is a character.
    std::optional<bounds> counted() {
        const auto end = left_.find('}');
        if (end == std::string_view::npos || end < 2) {
            return std::nullopt;
        }
        const char* const first = left_.data() + 1;
        const char* const last = left_.data() + end;
        bounds b;
        const auto low = std::from_chars(first, last, b.least);
        if (low.ec != std::errc{} || (low.ptr != last && *low.ptr != ',')) {
            return std::nullopt;
        }
        b.most = low.ptr == last ? b.least : b.least + 1;
        if (low.ptr != last && low.ptr + 1 != last) {
            std::from_chars(low.ptr + 1, last, b.most);
            b.most = std::min(b.most, b.least + 1);
        }
        left_.remove_prefix(end + 1);
        return b;
    }

    texts repeated(const texts& one, bounds b) {
        if (b.least > most_repeats) {
            return fail();
        }
        texts all;
        for (unsigned n = b.least; n <= b.most; ++n) {
            for (std::size_t i = 0; i < std::max<std::size_t>(one.size(), 1) && !one.empty(); ++i) {
                std::string text;
                for (unsigned k = 0; k < n; ++k) {
                    text += one[(i + k) % one.size()];
                }
                add(all, std::move(text));
            }
        }
        if (all.empty() && b.least == 0) {
            add(all, "");
        }
        return all;
    }

    std::string_view left_;
    bool failed_ = false;
    unsigned salt_ = 0;
};

}  // namespace

std::vector<std::string> samples_of(std::string_view expression) {
    if (check_pattern(expression)) {
        return {};
    }
    const pattern_set matches({std::string(expression)}, pattern_set::match::whole);
    auto all = sampler(expression).all();
    std::erase_if(all, [&](const std::string& text) { return !matches.any(text); });
    return all;
}

}  // namespace rollover::platform

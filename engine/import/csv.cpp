#include "engine/import/csv.h"

#include "engine/base/text.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace rollover::importing {

namespace {

char separator_of(std::string_view text) {
    std::array<std::pair<char, std::size_t>, 3> counts{{{',', 0}, {';', 0}, {'\t', 0}}};
    bool quoted = false;
    for (const char c : text) {
        quoted = quoted != (c == '"');
        if (!quoted && c == '\n') {
            break;
        }
        for (auto& [separator, count] : counts) {
            count += !quoted && c == separator ? 1U : 0U;
        }
    }
    return std::ranges::max_element(counts, {}, &std::pair<char, std::size_t>::second)->first;
}

class csv_reader {
public:
    csv_reader(const input& file, findings& out) : file_(file), out_(out), rest_(file.text) {
        constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
        if (rest_.starts_with(byte_order_mark)) {
            rest_.remove_prefix(byte_order_mark.size());
        }
        separator_ = separator_of(rest_);
    }

    std::vector<csv_record> read() {
        std::vector<csv_record> records;
        if (!is_text()) {
            return records;
        }
        while (!rest_.empty() && good_) {
            if (rest_.front() == '#') {
                const auto end = std::min(rest_.find('\n'), rest_.size() - 1);
                rest_.remove_prefix(end + 1);
                ++line_;
                continue;
            }
            csv_record record{line_, {}};
            while (good_ && field(record)) {
            }
            if (!good_) {
                break;
            }
            const bool says_something =
                std::ranges::any_of(record.fields, [](const std::string& f) { return !trim(f).empty(); });
            if (says_something) {
                records.push_back(std::move(record));
            }
        }
        return records;
    }

private:
    bool wrong(std::string what, std::string hint) {
        out_.wrong({file_.name, line_, 0}, std::move(what), std::move(hint));
        good_ = false;
        return false;
    }

    bool is_text() {
        std::uint32_t line = 1;
        for (std::size_t i = 0; i < rest_.size();) {
            const std::size_t length = utf8_length(rest_.substr(i));
            if (length == 0 || rest_[i] == '\0') {
                line_ = line;
                return wrong(length == 0 ? "a byte that is not UTF-8" : "a NUL byte",
                             "save the table as CSV in UTF-8; a workbook (.xlsx) cannot be read");
            }
            line += rest_[i] == '\n' ? 1U : 0U;
            i += length;
        }
        return true;
    }

    /// Reads one field; true when another one of the record follows.
    bool field(csv_record& record) {
        std::string text;
        const std::uint32_t begin = line_;
        if (rest_.starts_with('"') && !quoted(text, begin)) {
            return false;
        }
        const auto end = std::min(rest_.find_first_of(std::string{separator_, '\n', '\r', '"'}), rest_.size());
        if (closed_ && (end > 0 || rest_.starts_with('"'))) {
            return wrong("text after the closing quote of a field", "write a quote inside of quotes twice: \"\"");
        }
        closed_ = false;
        text += rest_.substr(0, end);
        rest_.remove_prefix(end);
        if (rest_.starts_with('"')) {
            return wrong("a quote inside of a field without quotes",
                         "put the whole field in quotes, and write the quote in it twice: \"\"");
        }
        record.fields.push_back(std::move(text));
        if (rest_.empty()) {
            return false;
        }
        if (rest_.front() == '\r' && !rest_.starts_with("\r\n")) {
            return wrong("a carriage return that ends no line", "line ends are LF or CR LF");
        }
        const bool more = rest_.front() == separator_;
        if (!more) {
            ++line_;
        }
        rest_.remove_prefix(rest_.front() == '\r' ? 2 : 1);
        if (more && rest_.empty()) {
            record.fields.emplace_back();
            return false;
        }
        return more;
    }

    /// The text between quotes, which may hold line ends.
    bool quoted(std::string& text, std::uint32_t begin) {
        rest_.remove_prefix(1);
        for (;;) {
            const auto quote = rest_.find('"');
            if (quote == std::string_view::npos) {
                line_ = begin;
                return wrong("a quote that is never closed",
                             "close it; a quote inside of quotes is written twice: \"\"");
            }
            text += rest_.substr(0, quote);
            line_ += static_cast<std::uint32_t>(
                std::count(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(quote), '\n'));
            rest_.remove_prefix(quote + 1);
            if (!rest_.starts_with('"')) {
                closed_ = true;
                return true;
            }
            text += '"';
            rest_.remove_prefix(1);
        }
    }

    const input& file_;
    findings& out_;
    std::string_view rest_;
    std::uint32_t line_ = 1;
    char separator_ = ',';
    bool closed_ = false;  ///< the field's closing quote was just read
    bool good_ = true;
};

}  // namespace

std::vector<csv_record> read_csv(const input& file, findings& out) {
    return csv_reader(file, out).read();
}

}  // namespace rollover::importing

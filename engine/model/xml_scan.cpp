#include "engine/model/xml_scan.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>
#include <vector>

namespace rollover::model {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
           static_cast<unsigned char>(c) > 0x7F;
}

bool is_name_part(char c) {
    return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

/// Well-formedness. Every function that answers `bool` says false once a mistake was added; then all stops.
class scanner {
public:
    scanner(const source_text& source, mistakes& out) : source_(source), text_(source.text()), out_(out) {}

    void run() {
        if (text_.starts_with(byte_order_mark)) {
            at_ = byte_order_mark.size();
        }
        if (at("<?xml") && at_ + 5 < text_.size() && is_blank(text_[at_ + 5]) && !declaration()) {
            return;
        }
        while (at_ < text_.size()) {
            if (!(text_[at_] == '<' ? markup() : characters())) {
                return;
            }
        }
        if (!open_.empty()) {
            wrong(open_.back().at, fmt::format("<{}> is never closed", open_.back().name),
                  fmt::format("write </{}> where it ends", open_.back().name));
        } else if (!root_seen_) {
            out_.add(source_.whole(), "there is no element in it", "a file holds one <lab> or one <topology>");
        }
    }

private:
    struct open_element {
        std::string_view name;
        std::size_t at = 0;
    };

    [[nodiscard]] bool at(std::string_view word) const {
        return at_ < text_.size() && text_[at_] == word[0] && text_.substr(at_, word.size()) == word;
    }

    bool wrong(std::size_t offset, std::string what, std::string hint = {}) {
        out_.add(source_.at(offset), std::move(what), std::move(hint));
        return false;
    }

    void blanks() {
        while (at_ < text_.size() && is_blank(text_[at_])) {
            ++at_;
        }
    }

    std::string_view name() {
        const std::size_t begin = at_;
        if (at_ < text_.size() && is_name_start(text_[at_])) {
            while (at_ < text_.size() && is_name_part(text_[at_])) {
                ++at_;
            }
        }
        return text_.substr(begin, at_ - begin);
    }

    bool declaration() {
        const std::size_t begin = at_;
        const std::size_t end = text_.find("?>", at_);
        if (end == std::string_view::npos) {
            return wrong(begin, "the XML declaration is never closed", "end it with ?>");
        }
        std::string words;  // with single blanks and double quotes
        for (const char c : text_.substr(begin + 5, end - begin - 5)) {
            if (!is_blank(c)) {
                words += c == '\'' ? '"' : c;
            } else if (words.empty() || words.back() != ' ') {
                words += ' ';
            }
        }
        if (words.ends_with(' ')) {
            words.pop_back();
        }
        static constexpr std::array<std::string_view, 4> allowed{
            " version=\"1.0\"", " version=\"1.0\" encoding=\"UTF-8\"", " version=\"1.0\" encoding=\"utf-8\"",
            " version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\""};
        if (std::ranges::find(allowed, words) == allowed.end()) {
            return wrong(begin, "an XML declaration of another kind",
                         R"(write <?xml version="1.0" encoding="UTF-8"?>)");
        }
        at_ = end + 2;
        return true;
    }

    bool markup() {
        if (at("<!--")) {
            return comment();
        }
        if (at("<![CDATA[")) {
            return cdata();
        }
        if (at("<?")) {
            return instruction();
        }
        if (at("</")) {
            return end_tag();
        }
        if (at("<!")) {
            return wrong(at_, at("<!DOCTYPE") ? "a DOCTYPE is not allowed" : "an unknown declaration",
                         "remove it; entities are not used here, and the rules are in topologies/schema");
        }
        return start_tag();
    }

    bool comment() {
        const std::size_t dashes = text_.find("--", at_ + 4);
        if (dashes == std::string_view::npos) {
            return wrong(at_, "a comment is never closed", "end it with -->");
        }
        if (text_.substr(dashes, 3) != "-->") {
            return wrong(dashes, "-- inside a comment", "XML does not allow it; write - -");
        }
        at_ = dashes + 3;
        return true;
    }

    bool cdata() {
        if (open_.empty()) {
            return wrong(at_, "text outside of the root element", "remove it");
        }
        const std::size_t end = text_.find("]]>", at_);
        if (end == std::string_view::npos) {
            return wrong(at_, "a CDATA section is never closed", "end it with ]]>");
        }
        at_ = end + 3;
        return true;
    }

    bool instruction() {
        const std::size_t begin = at_;
        at_ += 2;
        const std::string_view target = name();
        const std::size_t end = text_.find("?>", at_);
        const bool ascii = std::ranges::none_of(target, [](char c) { return static_cast<unsigned char>(c) > 0x7F; });
        if (end == std::string_view::npos || target.empty() || !ascii || (end != at_ && !is_blank(text_[at_]))) {
            return wrong(begin, "a broken processing instruction", "remove it");
        }
        std::string lower(target);
        std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
        if (lower == "xml" || target.find(':') != std::string_view::npos) {
            return wrong(begin, "an XML declaration that is not at the start of the file",
                         "move it to the very first character, or remove it");
        }
        at_ = end + 2;
        return true;
    }

    bool end_tag() {
        const std::size_t begin = at_;
        at_ += 2;
        const std::string_view closing = name();
        blanks();
        if (closing.empty() || !at(">")) {
            return wrong(begin, "a broken end tag", "write </name>");
        }
        ++at_;
        if (open_.empty()) {
            return wrong(begin, fmt::format("</{}> closes nothing", closing), "no element is open here");
        }
        if (open_.back().name != closing) {
            return wrong(
                begin, fmt::format("</{}> where </{}> is expected", closing, open_.back().name),
                fmt::format("<{}> was opened at line {}", open_.back().name, source_.at(open_.back().at).line));
        }
        open_.pop_back();
        return true;
    }

    bool start_tag() {
        const std::size_t begin = at_;
        ++at_;
        const std::string_view opening = name();
        if (opening.empty()) {
            return wrong(begin, "a < that starts no element", "write &lt; for the character itself");
        }
        if (open_.empty() && root_seen_) {
            return wrong(begin, fmt::format("a second root element <{}>", opening),
                         "one file holds one lab or topology");
        }
        if (open_.size() >= deepest_nesting) {
            return wrong(begin, fmt::format("elements are nested deeper than {}", deepest_nesting),
                         "a lab or a topology needs five levels at most");
        }
        if (++elements_ > most_elements) {
            return wrong(begin, fmt::format("more than {} elements", most_elements), "split the file");
        }
        root_seen_ = true;
        for (std::size_t count = 0;; ++count) {
            const std::size_t before = at_;
            blanks();
            if (at(">") || at("/>")) {
                if (at(">")) {
                    open_.push_back({opening, begin});
                    ++at_;
                } else {
                    at_ += 2;
                }
                return true;
            }
            if (at_ >= text_.size() || at("<")) {
                return wrong(begin, fmt::format("the tag <{}> is never closed", opening),
                             "end it with > or />; write &lt; when the < is meant as text");
            }
            if (count >= most_attributes) {
                return wrong(at_, fmt::format("more than {} attributes", most_attributes), "remove some");
            }
            if (!attribute(before)) {
                return false;
            }
        }
    }

    bool attribute(std::size_t before) {
        const std::size_t begin = at_;
        const std::string_view attribute_name = name();
        if (attribute_name.empty()) {
            return wrong(begin, "something in a tag that is no attribute", "write name=\"value\"");
        }
        if (before == begin) {
            return wrong(begin, "no blank before an attribute", "put one in front of " + in_quotes(attribute_name));
        }
        blanks();
        if (!at("=")) {
            return wrong(begin, fmt::format("attribute {} has no value", in_quotes(attribute_name)),
                         "write name=\"value\"");
        }
        ++at_;
        blanks();
        if (!at("\"") && !at("'")) {
            return wrong(at_, fmt::format("the value of {} is not in quotes", in_quotes(attribute_name)),
                         "write name=\"value\"");
        }
        const char quote = text_[at_++];
        for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
            if (text_[at_] == '<') {
                return wrong(at_, "a < in the value of an attribute",
                             "write &lt;, or close the quotes of " + in_quotes(attribute_name));
            }
            if (text_[at_] == '&' && !reference_here()) {
                return false;
            }
        }
        if (at_ >= text_.size()) {
            return wrong(begin, fmt::format("the value of {} is never closed", in_quotes(attribute_name)),
                         "the closing quote is missing");
        }
        ++at_;
        return true;
    }

    /// Leaves `at_` on the reference's semicolon.
    bool reference_here() {
        const std::size_t length = read_reference(text_.substr(at_, 64)).length;
        if (length == 0) {
            return wrong(
                at_, "an & that starts no reference",
                "write &amp; for the character itself; known are &amp; &lt; &gt; &quot; &apos; and &#NUMBER; of a "
                "character that XML allows");
        }
        at_ += length - 1;
        return true;
    }

    bool characters() {
        for (; at_ < text_.size() && text_[at_] != '<'; ++at_) {
            if (open_.empty() && !is_blank(text_[at_])) {
                return wrong(at_, "text outside of the root element", "remove it");
            }
            if (text_[at_] == '&' && !reference_here()) {
                return false;
            }
            if (text_[at_] == ']' && at("]]>")) {
                return wrong(at_, "]]> outside of a CDATA section", "write ]]&gt;");
            }
        }
        return true;
    }

    const source_text& source_;
    std::string_view text_;
    mistakes& out_;
    std::size_t at_ = 0;
    std::vector<open_element> open_;
    std::size_t elements_ = 0;
    bool root_seen_ = false;
};

}  // namespace

void scan_xml(const source_text& source, mistakes& out) {
    check_characters(source, out);
    if (out.none()) {
        scanner(source, out).run();
    }
}

}  // namespace rollover::model

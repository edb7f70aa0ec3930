#include "drivers/transport/busy_text.h"

#include <algorithm>
#include <array>

namespace rollover::transport {

namespace {

constexpr std::array<std::string_view, 3> busy_texts = {"Port already in use", "Port's device already in use",
                                                        "% Connection refused by remote host"};
constexpr std::size_t enough = 80;

bool is_blank(char c) {
    return c == '\r' || c == '\n' || c == ' ' || c == '\0';
}

}  // namespace

void busy_watch::see(std::string_view text) {
    for (const char c : text) {
        if (text_.size() == enough) {
            break;
        }
        if (!text_.empty() || !is_blank(c)) {
            text_ += c;
        }
    }
    if (text_.empty() || verdict_ == verdict::other) {
        return;
    }
    verdict_ = verdict::other;
    for (const std::string_view busy : busy_texts) {
        compare(busy);
    }
    for (const std::string& busy : more_) {
        compare(busy);
    }
}

void busy_watch::compare(std::string_view busy) {
    const std::string_view seen = text_;
    const std::size_t common = std::min(seen.size(), busy.size());
    if (verdict_ != verdict::busy && seen.substr(0, common) == busy.substr(0, common)) {
        verdict_ = common == busy.size() ? verdict::busy : verdict::possible;
    }
}

failure ended_early(const busy_watch& first_words, failure otherwise) {
    if (first_words.says() != busy_watch::verdict::busy) {
        return otherwise;
    }
    failure busy(errc::busy, "the converter says that somebody else holds the port");
    return std::move(busy)
        .said(first_words.text())
        .advise(first_words.advice().empty() ? "end the other session, or wait until it ends" : first_words.advice());
}

}  // namespace rollover::transport

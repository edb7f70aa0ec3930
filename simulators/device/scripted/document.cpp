#include "simulators/device/scripted/document.h"

#include <algorithm>

namespace rollover::sim::scripted {
namespace {

void flatten_into(const document& all, const std::string& above, std::vector<std::string>& out) {
    for (const entry& one : all) {
        const std::string path = above.empty() ? one.text : above + " " + one.text;
        if (one.inner.empty()) {
            out.push_back(path);
        } else {
            flatten_into(one.inner, path, out);
        }
    }
}

}  // namespace

bool begins(std::string_view text, std::string_view prefix) {
    return text.starts_with(prefix) && (text.size() == prefix.size() || prefix.empty() || text[prefix.size()] == ' ');
}

std::string_view first_words(std::string_view text, std::size_t count) {
    std::size_t end = 0;
    for (std::size_t n = 0; n < count && end != std::string_view::npos; ++n) {
        end = text.find(' ', n == 0 ? 0 : end + 1);
    }
    return text.substr(0, end);
}

entry& put(document& in, entry fresh, std::string_view key, std::string_view negation) {
    for (entry& one : in) {
        std::string_view there = one.text;
        if (!negation.empty() && begins(there, negation) && there.size() > negation.size()) {
            there.remove_prefix(negation.size() + 1);
        }
        if (begins(there, key)) {
            one.text = std::move(fresh.text);
            return one;
        }
    }
    const auto later = [&fresh](const entry& one) { return one.order > fresh.order; };
    return *in.insert(std::ranges::find_if(in, later), std::move(fresh));
}

std::size_t take_away(document& from, std::string_view prefix) {
    return std::erase_if(from, [prefix](const entry& one) { return begins(one.text, prefix); });
}

bool take_path(document& from, std::string_view path) {
    for (std::size_t i = 0; i < from.size(); ++i) {
        entry& one = from[i];
        if (begins(one.text, path)) {
            take_away(from, path);
            return true;
        }
        if (begins(path, one.text) && take_path(one.inner, path.substr(one.text.size() + 1))) {
            if (one.inner.empty()) {
                from.erase(from.begin() + static_cast<std::ptrdiff_t>(i));
            }
            return true;
        }
    }
    return false;
}

entry* find_entry(document& in, std::string_view text) {
    const auto found = std::ranges::find(in, text, &entry::text);
    return found == in.end() ? nullptr : &*found;
}

std::vector<std::string> flatten(const document& all) {
    std::vector<std::string> out;
    flatten_into(all, {}, out);
    return out;
}

}  // namespace rollover::sim::scripted

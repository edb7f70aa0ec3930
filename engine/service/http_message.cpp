#include "engine/service/http_message.h"

#include <algorithm>
#include <optional>

namespace rollover::service {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return static_cast<unsigned>(c - '0');
    }
    if (lower(c) >= 'a' && lower(c) <= 'f') {
        return static_cast<unsigned>(lower(c) - 'a') + 10U;
    }
    return std::nullopt;
}

result<void> read_query(std::string_view text, std::map<std::string, std::string>& into) {
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('&', begin), text.size());
        std::string pair(text.substr(begin, end - begin));
        begin = end + 1;
        if (pair.empty()) {
            continue;
        }
        std::replace(pair.begin(), pair.end(), '+', ' ');
        const auto equals = std::min(pair.find('='), pair.size());
        auto key = percent_decoded(std::string_view(pair).substr(0, equals));
        auto value = percent_decoded(std::string_view(pair).substr(std::min(equals + 1, pair.size())));
        if (!key || !value) {
            return key ? value.error() : key.error();
        }
        if (!into.emplace(*key, std::move(*value)).second) {
            return failure(errc::bad_input, "the query gives " + *key + " twice");
        }
    }
    return {};
}

}  // namespace

void http_fields::add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
}

const std::string* http_fields::find(std::string_view name) const noexcept {
    for (const auto& [one, value] : fields_) {
        if (same_without_case(one, name)) {
            return &value;
        }
    }
    return nullptr;
}

std::size_t http_fields::count(std::string_view name) const noexcept {
    const auto has_name = [name](const field& one) { return same_without_case(one.first, name); };
    return static_cast<std::size_t>(std::count_if(fields_.begin(), fields_.end(), has_name));
}

result<void> read_target(http_request& request) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (same_without_case(std::string_view(request.target).substr(0, scheme.size()), scheme)) {
            request.target.erase(0, std::min(request.target.find_first_of("/?", scheme.size()), request.target.size()));
            if (!request.target.starts_with('/')) {
                request.target.insert(0, "/");
            }
        }
    }
    request.segments.clear();
    request.query.clear();
    const std::string_view target = request.target;
    if (target == "*" && request.method == "OPTIONS") {
        request.path = "*";
        return {};
    }
    if (!target.starts_with('/') || target.find('#') != std::string_view::npos) {
        return failure(errc::bad_input, "the target of a request is a path that begins with '/'");
    }
    const auto question = std::min(target.find('?'), target.size());
    const auto path = target.substr(0, question);
    auto decoded = percent_decoded(path);
    if (!decoded) {
        return decoded.error();
    }
    request.path = std::move(*decoded);
    for (std::size_t begin = 1; begin < path.size();) {
        const auto end = std::min(path.find('/', begin), path.size());
        if (end > begin) {
            request.segments.push_back(percent_decoded(path.substr(begin, end - begin)).value());
        }
        begin = end + 1;
    }
    return read_query(target.substr(std::min(question + 1, target.size())), request.query);
}

std::string make_target(std::string_view path, const std::map<std::string, std::string>& query) {
    std::string out = percent_encoded(path, "/");
    char separator = '?';
    for (const auto& [key, value] : query) {
        out += separator + percent_encoded(key) + "=" + percent_encoded(value);
        separator = '&';
    }
    return out;
}

std::string percent_encoded(std::string_view text, std::string_view keep) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (is_letter_or_digit(c) || std::string_view("-._~").find(c) != std::string_view::npos ||
            keep.find(c) != std::string_view::npos) {
            out += c;
        } else {
            const auto code = static_cast<unsigned char>(c);
            out += '%';
            out += digits[code >> 4U];
            out += digits[code & 15U];
        }
    }
    return out;
}

result<std::string> percent_decoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const auto high = i + 1 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
        const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
        if (!high || !low || *high * 16 + *low == 0) {
            return failure(errc::bad_input, "after a '%' two hexadecimal digits are needed, and not 00");
        }
        out += static_cast<char>(*high * 16 + *low);
        i += 2;
    }
    return out;
}

bool same_without_case(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool is_field_value(std::string_view text) noexcept {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto code = static_cast<unsigned char>(c);
        return (code < 0x20 && c != '\t') || code == 0x7f;
    });
}

bool is_token(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_letter_or_digit(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

}  // namespace rollover::service

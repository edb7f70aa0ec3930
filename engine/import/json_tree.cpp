#include "engine/import/json_tree.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>

namespace rollover::importing {

namespace {

constexpr std::size_t deepest = 64;
constexpr std::size_t most_values = 20'000'000;

/// The parser's way through the text; it counts lines on the way. Copies share their count.
class counting_iterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    counting_iterator(const char* at, std::uint32_t* line) : at_(at), line_(line) {}
    reference operator*() const { return *at_; }
    counting_iterator& operator++() {
        *line_ += *at_ == '\n' ? 1U : 0U;
        ++at_;
        return *this;
    }
    bool operator==(const counting_iterator& other) const { return at_ == other.at_; }
    bool operator!=(const counting_iterator& other) const { return at_ != other.at_; }

private:
    const char* at_;
    std::uint32_t* line_;
};

/// What nlohmann's parser tells, as a tree. Structural characters are told before anything behind them is read, so the
/// count of lines is that of the bracket.
class tree_maker final : public nlohmann::json_sax<nlohmann::json> {
public:
    tree_maker(std::span<const std::string_view> kept, const std::uint32_t& line) : kept_(kept), line_(line) {}

    bool null() override { return put({}); }
    bool boolean(bool value) override {
        json_value v;
        v.what = json_value::kind::truth;
        v.truth = value;
        return put(std::move(v));
    }
    bool number_integer(number_integer_t value) override { return put_number(value); }
    bool number_unsigned(number_unsigned_t value) override {
        return put_number(static_cast<std::int64_t>(std::min<number_unsigned_t>(value, INT64_MAX)));
    }
    bool number_float(number_float_t value, const string_t& /*text*/) override {
        constexpr number_float_t largest = 9e15;  // exact in a double
        return put_number(value > -largest && value < largest ? static_cast<std::int64_t>(value) : 0);
    }
    bool string(string_t& value) override {
        json_value v;
        v.what = json_value::kind::text;
        v.text = std::move(value);
        return put(std::move(v));
    }
    bool binary(binary_t& /*value*/) override { return put({}); }
    bool start_object(std::size_t /*elements*/) override { return start(json_value::kind::object); }
    bool end_object() override { return end(); }
    bool start_array(std::size_t /*elements*/) override { return start(json_value::kind::array); }
    bool end_array() override { return end(); }
    bool key(string_t& name) override {
        wanted_ = skipping_ == 0 && std::ranges::find(kept_, name) != kept_.end();
        name_ = name;
        return true;
    }
    bool parse_error(std::size_t position, const std::string& /*last*/, const nlohmann::json::exception& why) override {
        error_at = position;
        // "[json.exception.parse_error.101] parse error at line 1, column 5: syntax error while ...": our own place is
        // enough
        const std::string_view text = why.what();
        const auto colon = text.find(": ");
        error = text.substr(colon == std::string_view::npos ? 0 : colon + 2);
        return false;
    }

    json_value root;
    std::string error;
    std::size_t error_at = 0;

private:
    bool put_number(std::int64_t value) {
        json_value v;
        v.what = json_value::kind::number;
        v.number = value;
        return put(std::move(v));
    }

    bool put(json_value v) {
        if (skipping_ == 0 && is_wanted()) {
            if (++values_ > most_values) {
                error = fmt::format("more than {} values", most_values);
                return false;
            }
            place(std::move(v));
        }
        return true;
    }

    [[nodiscard]] bool is_wanted() const {
        return open_.empty() || open_.back()->what == json_value::kind::array || wanted_;
    }

    json_value& place(json_value v) {
        if (open_.empty()) {
            root = std::move(v);
            return root;
        }
        json_value& parent = *open_.back();
        if (parent.what == json_value::kind::object) {
            parent.names.push_back(name_);
        }
        return parent.items.emplace_back(std::move(v));
    }

    bool start(json_value::kind what) {
        if (++depth_ > deepest) {
            error = fmt::format("nested deeper than {}", deepest);
            return false;
        }
        if (skipping_ > 0 || !is_wanted()) {
            ++skipping_;
            return true;
        }
        if (++values_ > most_values) {
            error = fmt::format("more than {} values", most_values);
            return false;
        }
        json_value v;
        v.what = what;
        v.line = line_;
        // Pointers stay good: a container grows only while none of its children is open.
        open_.push_back(&place(std::move(v)));
        return true;
    }

    bool end() {
        --depth_;
        if (skipping_ > 0) {
            --skipping_;
        } else {
            open_.pop_back();
        }
        return true;
    }

    std::span<const std::string_view> kept_;
    const std::uint32_t& line_;
    std::vector<json_value*> open_;
    std::string name_;
    bool wanted_ = false;
    std::size_t skipping_ = 0;  ///< how many brackets are open that nobody wants
    std::size_t depth_ = 0;
    std::size_t values_ = 0;
};

}  // namespace

const json_value& json_value::at(std::string_view name) const {
    static const json_value nothing;
    const auto found = std::ranges::find(names, name);
    return found == names.end() ? nothing : items[static_cast<std::size_t>(found - names.begin())];
}

const std::string& json_value::text_at(std::string_view name) const {
    return at(name).text;
}

std::optional<std::uint64_t> json_value::number_at(std::string_view name) const {
    const json_value& v = at(name);
    return v.what == kind::number && v.number >= 0 ? std::optional(static_cast<std::uint64_t>(v.number)) : std::nullopt;
}

std::optional<json_value> read_json(const input& file, std::span<const std::string_view> kept, findings& out) {
    std::uint32_t line = 1;
    tree_maker maker(kept, line);
    const char* const begin = file.text.data();
    const char* const end = begin + file.text.size();
    if (nlohmann::json::sax_parse(counting_iterator(begin, &line), counting_iterator(end, &line), &maker)) {
        return std::move(maker.root);
    }
    source_place place{file.name, line, 0};
    if (maker.error_at > 0) {
        const auto at = begin + std::min(maker.error_at, file.text.size());
        const auto line_start =
            std::find(std::make_reverse_iterator(at), std::make_reverse_iterator(begin), '\n').base();
        place.line = static_cast<std::uint32_t>(std::count(begin, at, '\n')) + 1;
        place.column = static_cast<std::uint32_t>(std::max<std::ptrdiff_t>(at - line_start, 1));
    }
    out.wrong(place, "it is not JSON: " + maker.error, "save the answer of NetBox's REST API as it comes");
    return std::nullopt;
}

}  // namespace rollover::importing

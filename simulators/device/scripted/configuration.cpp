#include "simulators/device/scripted/configuration.h"

#include "simulators/device/scripted/interface_names.h"
#include "simulators/device/scripted/text_template.h"

#include <algorithm>
#include <sstream>

namespace rollover::sim::scripted {
namespace {

constexpr std::size_t most_history = 50;

/// Whether `fact` begins with `pattern`, in which * is any word and "x=*" one that begins so; then what follows it, or
/// what stands for the * of "x=*".
std::optional<std::string_view> match(std::string_view fact, std::string_view pattern) {
    std::size_t at = 0;
    std::optional<std::string_view> named;
    while (!pattern.empty()) {
        const std::string_view whole = pattern;
        const std::size_t blank = std::min(pattern.find(' '), pattern.size());
        const std::string_view word = pattern.substr(0, blank);
        pattern.remove_prefix(std::min(blank + 1, pattern.size()));
        const std::size_t end = std::min(fact.find(' ', at), fact.size());
        if (at > fact.size()) {
            return std::nullopt;
        }
        const std::string_view have = fact.substr(at, end - at);
        const std::string_view begin = word.substr(0, word.size() - 1);
        if (word.find('=') != std::string_view::npos && !have.starts_with(word.substr(0, word.find('=') + 1)) &&
            end < fact.size()) {  // properties stand in any place behind the words before
            pattern = whole;
            at = end + 1;
            continue;
        }
        if (word.ends_with("=*") && have.starts_with(begin)) {
            named = have.substr(begin.size());
        } else if (word != "*" && have != word) {
            return std::nullopt;
        }
        at = end + 1;
    }
    return named ? named : fact.substr(std::min(at, fact.size()));
}

}  // namespace

configuration::configuration(tables_pointer t, std::vector<std::string> interfaces)
    : tables_(std::move(t)), hardware_(std::move(interfaces)), mode_(tables_->all->modes.front().name) {
    factory();
    factory_ = running_ = editable();
    candidate_ = running_;
}

void configuration::factory() {
    editable().clear();
    const definition& d = *tables_->all;
    std::string text = d.factory;
    for (const std::string& one : hardware_) {
        text += expand(d.factory_each_interface, [&one](std::string_view name) {
            return name == "interface" ? std::optional(one) : std::nullopt;
        });
    }
    const std::string was = mode_;
    top();
    std::istringstream lines(text);
    for (std::string one; std::getline(lines, one);) {
        if (one.empty()) {
            continue;
        }
        if (one.front() != ' ') {
            top();
        }
        if (d.style.family == family_kind::tree) {
            set(one);
        } else if (d.style.family == family_kind::environment) {
            set_variable(one);
        } else {
            line(one);
        }
    }
    where_.clear();
    mode_ = was;
    changed();
}

void configuration::save() {
    startup_ = running_;
}

void configuration::load_startup() {
    editable() = startup_.value_or(factory_);
    changed();
}

void configuration::commit() {
    history_.insert(history_.begin(), running_);
    history_.resize(std::min(history_.size(), most_history));
    running_ = candidate_;
    if (style().commit_saves) {
        startup_ = running_;
    }
    facts_are_old_ = true;
}

void configuration::rollback(std::size_t steps) {
    if (steps == 0) {
        discard();
    } else if (steps <= history_.size()) {
        candidate_ = history_[steps - 1];
    }
}

void configuration::boot() {
    running_ = startup_.value_or(factory_);
    candidate_ = running_;
    history_.clear();
    where_.clear();
    mode_ = tables_->all->modes.front().name;
    facts_are_old_ = true;
}

void configuration::changed() {
    if (!style().candidate) {
        facts_are_old_ = true;
        if (style().saves_at_once) {
            startup_ = running_;
        }
    }
}

void configuration::enter_mode(std::string_view name) {
    const bool was_configuring = current().configures;
    mode_ = name;
    if (!current().configures || !was_configuring) {
        where_.clear();
    }
}

bool configuration::up() {
    if (!where_.empty()) {
        where_.pop_back();
        mode_ = where_.empty() ? mode_ : where_.back().mode;
        if (where_.empty()) {
            top();
        }
        return true;
    }
    if (current().up.empty()) {
        return false;
    }
    mode_ = current().up;
    return true;
}

void configuration::top() {
    where_.clear();
    if (!current().configures) {
        const auto first = std::ranges::find_if(tables_->all->modes, [](const mode& m) { return m.configures; });
        mode_ = first == tables_->all->modes.end() ? mode_ : first->name;
    }
    while (!current().up.empty() && tables_->mode_of(current().up).configures) {
        mode_ = current().up;
    }
}

const mode& configuration::parent_of_configuration() const {
    const mode* m = &current();
    while (m->configures && !m->up.empty()) {
        m = &tables_->mode_of(m->up);
    }
    return *m;
}

std::string configuration::path() const {
    std::string out;
    for (const level& one : where_) {
        out += (out.empty() ? "" : " ") + one.header;
    }
    return out;
}

document* configuration::here() {
    document* at = &editable();
    for (const level& one : where_) {
        entry* const inner = find_entry(*at, one.header);
        if (inner == nullptr) {
            return nullptr;
        }
        at = &inner->inner;
    }
    return at;
}

ios::interface_namer configuration::namer() const {
    return [this](std::string_view typed) { return name_interface(typed); };
}

std::optional<std::string> configuration::name_interface(std::string_view typed) const {
    return full_name(typed, hardware_, tables_->all->interface_types);
}

// A line that the mode does not know may be one of the modes above: they are then entered, as the real ones do.
edit configuration::line(std::string_view typed) {
    if (style().family == family_kind::paths) {
        return path_line(typed);
    }
    const std::size_t first = std::min(typed.find_first_not_of(' '), typed.size());
    const bool negated = !style().negation.empty() && begins(typed.substr(first), style().negation);
    const std::size_t offset = first + (negated ? style().negation.size() : 0);
    edit best{ios::parse_status::invalid, first, false};
    const mode* m = &current();
    for (std::size_t depth = where_.size();; --depth) {
        const mode_table& table = tables_->of(*m);
        const ios::parsed words = table.setting_parser.parse(typed, offset, negated, namer());
        const bool short_no = negated && words.status == ios::parse_status::incomplete && !words.canonical.empty();
        if (words.status == ios::parse_status::ok || short_no) {
            where_.resize(std::min(depth, where_.size()));
            mode_ = m->name;
            static const setting plain;
            return carry_out(words.command < 0 ? plain : *table.settings[static_cast<std::size_t>(words.command)],
                             words, negated);
        }
        if (words.status != ios::parse_status::invalid || words.column > best.column) {
            best = {words.status, words.column, false};
        }
        if (m->up.empty() || depth == 0 || !tables_->mode_of(m->up).configures) {
            return best;
        }
        m = &tables_->mode_of(m->up);
    }
}

edit configuration::carry_out(const setting& s, const ios::parsed& words, bool negated) {
    edit done;
    document* const at = here();
    if (at == nullptr) {  // the section was removed while we were in it
        top();
        return done;
    }
    const std::string text = words.canonical;
    const bool one_of_settings = !s.pattern.empty();
    const int order = one_of_settings ? tables_->order_of(s) : 0;
    const document before = *at;
    if (!s.opens.empty() && !negated) {
        open(s, text);
    } else if (!negated && s.is_default) {
        take_away(*at, style().negation + " " + text);
    } else if (!negated) {
        put(*at, {text, {}, order, false}, s.key == 0 ? std::string_view(text) : first_words(text, s.key),
            style().negation);
    } else if (s.shows_no) {
        put(*at, {style().negation + " " + text, {}, order, false}, first_words(text, s.key == 0 ? 9 : s.key),
            style().negation);
    } else if (const bool is_hardware = s.opens == "interface" || !s.opens.empty();
               is_hardware && !words.arguments.empty() && std::ranges::count(hardware_, words.arguments.back()) > 0) {
        if (entry* const section = find_entry(*at, text)) {
            section->inner.clear();  // what is built in cannot be removed
        }
    } else {
        take_away(*at, text);
    }
    const document* const now = here();
    done.changed = now == nullptr || *now != before;
    changed();
    return done;
}

void configuration::open(const setting& s, const std::string& header) {
    document* const at = here();
    if (find_entry(*at, header) == nullptr) {
        // A new section with the same key words takes the place of nothing: sections stand side by side.
        put(*at, {header, {}, tables_->order_of(s), true}, header, {});
    }
    if (entry* const made = find_entry(*at, header)) {
        made->section = true;
    }
    where_.push_back({header, s.opens});
    mode_ = s.opens;
}

const std::vector<std::string>& configuration::facts() const {
    if (facts_are_old_) {
        facts_ = flatten(running_);
        facts_are_old_ = false;
    }
    return facts_;
}

std::vector<std::string> configuration::values_of(std::string_view beginning) const {
    std::vector<std::string> out;
    if (beginning.empty()) {
        return out;
    }
    for (const std::string& fact : facts()) {
        if (const auto value = match(fact, beginning); value && !value->empty()) {
            out.emplace_back(*value);
        }
    }
    return out;
}

bool configuration::has_candidate(std::string_view words) const {
    const auto all = flatten(editable());
    return std::ranges::any_of(all, [words](const std::string& line) { return match(line, words).has_value(); });
}

bool configuration::has_fact(std::string_view words) const {
    return !words.empty() &&
           std::ranges::any_of(facts(), [words](const std::string& fact) { return match(fact, words).has_value(); });
}

}  // namespace rollover::sim::scripted

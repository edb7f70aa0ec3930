// The configurations of a simulated device: what runs, what is saved, what is being changed, and where. No time.
#pragma once

#include "simulators/device/scripted/document.h"
#include "simulators/device/scripted/rendering.h"
#include "simulators/device/scripted/tables.h"

#include <optional>

namespace rollover::sim::scripted {

/// What a line did, or why not.
struct edit {
    ios::parse_status status = ios::parse_status::ok;
    std::size_t column = 0;  ///< of the first wrong character
    bool changed = false;
    std::string message{};  ///< what is wrong, where the family has words of its own for it
};

class configuration {
public:
    configuration(tables_pointer t, std::vector<std::string> interfaces);

    /// A line in a configuring mode; `known` is the mode that it is looked up in, and above it.
    edit line(std::string_view typed);
    /// "set", "delete" and "edit" of a tree, with the words after it.
    edit set(std::string_view path);
    edit remove(std::string_view path);
    edit enter(std::string_view path);
    /// Of an environment: "NAME VALUE"; without a value it is removed.
    void set_variable(std::string_view name_and_value);
    [[nodiscard]] std::string variables(std::string_view only) const;

    void enter_mode(std::string_view name);
    /// Leaves a section, or goes to the mode above. False when there is none.
    bool up();
    void top();
    [[nodiscard]] const mode& current() const { return tables_->mode_of(mode_); }
    [[nodiscard]] const mode& parent_of_configuration() const;
    /// Words of the sections that we are in.
    [[nodiscard]] std::string path() const;
    /// A line of a menu with the whole path in front of it.
    [[nodiscard]] std::string absolute(std::string_view typed) const;
    [[nodiscard]] std::string section() const { return where_.empty() ? std::string() : where_.back().header; }

    void factory();
    void save();
    void erase() { startup_.reset(); }
    void load_startup();
    void commit();
    void discard() { candidate_ = running_; }
    void rollback(std::size_t steps);
    /// As after a boot: what is saved runs, or what the factory has put in.
    void boot();

    [[nodiscard]] bool is_saved() const { return startup_.has_value(); }
    [[nodiscard]] bool is_changed() const { return style().candidate && candidate_ != running_; }
    [[nodiscard]] bool is_modified() const { return startup_ ? running_ != *startup_ : running_ != factory_; }
    [[nodiscard]] bool is_clean() const { return running_ == factory_ && (!startup_ || *startup_ == factory_); }

    [[nodiscard]] std::string running_text() const { return render(running_, style()); }
    [[nodiscard]] std::string startup_text() const { return startup_ ? render(*startup_, style()) : std::string(); }
    [[nodiscard]] std::string candidate_text() const { return render(editable(), style()); }
    [[nodiscard]] std::string changes_text() const { return render_changes(running_, candidate_, style()); }
    [[nodiscard]] std::string set_text() const { return render_as_set(running_, style()); }
    /// Of a section of the candidate (or of what runs), words one blank apart.
    [[nodiscard]] std::string section_text(std::string_view path) const;

    /// What runs, one path for each leaf.
    [[nodiscard]] const std::vector<std::string>& facts() const;
    /// What follows these words (* is any word) in each fact that begins with them; or what stands for * in a word
    /// like "address=*".
    [[nodiscard]] std::vector<std::string> values_of(std::string_view beginning) const;
    [[nodiscard]] bool has_fact(std::string_view words) const;
    /// The same of what is being edited.
    [[nodiscard]] bool has_candidate(std::string_view words) const;

    /// The full name of an interface, for the parser; made by the user when its type allows it.
    [[nodiscard]] std::optional<std::string> name_interface(std::string_view typed) const;
    [[nodiscard]] const std::vector<std::string>& hardware() const { return hardware_; }

private:
    struct level {
        std::string header;
        std::string mode;
    };

    [[nodiscard]] const configuration_style& style() const { return tables_->all->style; }
    [[nodiscard]] document& editable() { return style().candidate ? candidate_ : running_; }
    [[nodiscard]] const document& editable() const { return style().candidate ? candidate_ : running_; }
    [[nodiscard]] document* here();
    [[nodiscard]] ios::interface_namer namer() const;
    edit carry_out(const setting& s, const ios::parsed& words, bool negated);
    edit path_line(std::string_view typed);
    void open(const setting& s, const std::string& header);
    void changed();
    [[nodiscard]] std::string expand_path(std::string_view path) const;

    tables_pointer tables_;
    std::vector<std::string> hardware_;
    std::string mode_;
    std::vector<level> where_;
    document factory_;
    document running_;
    document candidate_;
    std::optional<document> startup_;
    std::vector<document> history_;  ///< latest first
    mutable std::vector<std::string> facts_;
    mutable bool facts_are_old_ = true;
};

}  // namespace rollover::sim::scripted

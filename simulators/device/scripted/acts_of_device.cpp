// <act do="...">
#include "simulators/device/scripted/scripted_device.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace rollover::sim::scripted {
namespace {

std::size_t number_in(const std::string& text) {
    std::size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// Not what a real device would make of it, but as little like the password.
std::string hashed(std::string_view password) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : password) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    return fmt::format("$5$SIM${:016x}", hash);
}

}  // namespace

bool scripted_device::carry_out(act what, const std::string& with) {
    configuration& c = configuration_;
    switch (what) {
        case act::again:
            frames_.pop_back();
            if (!frames_.empty() && frames_.back().next > 0) {
                --frames_.back().next;
            }
            return true;
        case act::configure: configure(with); return true;
        case act::stop: frames_.clear(); return true;
        case act::run: return run(with);
        case act::hash: set_value(with, hashed(value(with).value_or(""))); return true;
        case act::up: return leave_configuration(true);
        case act::leave: return leave_configuration(false);
        case act::top: c.top(); return true;
        case act::login:
            frames_.clear();
            frames_.push_back({&file().login, 0});
            logged_in_ = false;
            c.enter_mode(file().modes.front().name);
            return true;
        case act::check_login: check_login(); return true;
        case act::save:
            c.save();
            happened("saved");
            return true;
        case act::erase: c.erase(); return true;
        case act::load_startup:
            c.load_startup();
            tell_link_changes();
            return true;
        case act::factory:
            c.factory();
            tell_link_changes();
            return true;
        case act::reload: {
            frames_.clear();
            terminal_.busy(duration(1), [this] { boot(); });
            return false;
        }
        case act::commit: commit({}); return true;
        case act::commit_confirmed: commit(with); return true;
        case act::confirm:
            later_.cancel(rollback_);
            rollback_ = 0;
            return true;
        case act::discard: c.discard(); return true;
        case act::rollback: c.rollback(number_in(with)); return true;
        case act::show_running: return page(c.running_text());
        case act::show_startup: return page(c.startup_text());
        case act::show_candidate: return page(c.candidate_text());
        case act::show_changes: return page(c.changes_text());
        case act::show_section:
            return page(c.section_text(c.path().empty() ? with : with.empty() ? c.path() : c.path() + " " + with));
        case act::show_as_set: return page(c.set_text());
        case act::edit_set: edit_tree(c.set(with), with); return true;
        case act::edit_delete: {
            const edit done = c.remove(with);
            set_value("absent", done.status == ios::parse_status::ok && !done.changed ? "yes" : "");
            edit_tree(done, with);
            return true;
        }
        case act::edit_enter: edit_tree(c.enter(with), with); return true;
        case act::set_variable: c.set_variable(with); return true;
        case act::print_variable: {
            const std::string found = c.variables(with);
            set_value("found", found.empty() ? "" : "yes");
            return page(found);
        }
    }
    return true;
}

bool scripted_device::leave_configuration(bool only_a_level) {
    const bool was = configuration_.current().configures;
    if (only_a_level) {
        configuration_.up();
    } else if (was) {
        configuration_.enter_mode(configuration_.parent_of_configuration().name);
    }
    if (was && !configuration_.current().configures) {
        happened("configured");
    }
    return true;
}

// The file says how the device words a mistake.
void scripted_device::edit_tree(const edit& done, const std::string& words) {
    const std::string line = value("line").value_or("");
    edit in_line = done;
    in_line.column += line.size() - std::min(line.size(), words.size());
    mark(in_line, line);
    switch (done.status) {
        case ios::parse_status::ok: set_value("rejected", ""); break;
        case ios::parse_status::incomplete: set_value("rejected", "incomplete"); break;
        case ios::parse_status::ambiguous: set_value("rejected", "ambiguous"); break;
        case ios::parse_status::invalid: set_value("rejected", "invalid"); break;
    }
    if (done.changed && !file().style.candidate) {
        tell_link_changes();
    }
}

bool scripted_device::run(const std::string& line) {
    const mode& first = file().modes.front();
    const ios::parsed words = parse_command(line, first);
    if (words.status != ios::parse_status::ok) {
        const std::string whole = value("line").value_or("");
        reject({words.status, words.column + whole.size() - std::min(whole.size(), line.size()), false}, whole);
        return true;
    }
    const duration time = start_command(words, first);
    if (time == duration(0)) {
        return true;
    }
    wait(time);
    return false;
}

void scripted_device::configure(const std::string& lines) {
    constexpr std::string_view between = "; ";
    const std::string was = configuration_.current().name;
    configuration_.top();
    for (std::size_t at = 0; at < lines.size();) {
        const std::size_t end = std::min(lines.find(between, at), lines.size());
        const std::string line = lines.substr(at, end - at);
        if (file().style.family == family_kind::tree) {
            configuration_.set(line);
        } else if (file().style.family == family_kind::environment) {
            configuration_.set_variable(line);
        } else {
            configuration_.line(line);
        }
        at = end + between.size();
    }
    configuration_.enter_mode(was);
}

void scripted_device::commit(const std::string& confirm_minutes) {
    if (rollback_ != 0) {
        later_.cancel(rollback_);
        rollback_ = 0;
    }
    configuration_.commit();
    tell_link_changes();
    if (const std::size_t minutes = number_in(confirm_minutes); minutes > 0) {
        rollback_ = later_.after(std::chrono::minutes(minutes), [this] {
            rollback_ = 0;
            configuration_.rollback(1);
            configuration_.commit();
            tell_link_changes();
        });
    }
}

void scripted_device::check_login() {
    // RouterOS takes what the terminal can do behind the name: "admin+ct80w".
    const std::string typed = value("user").value_or("");
    const std::string user = file().style.family == family_kind::paths ? typed.substr(0, typed.find('+')) : typed;
    set_value("user", user);
    const std::string password = value("password").value_or("");
    bool known = !options_.user.empty() && user == options_.user && password == options_.password;
    for (const account& one : file().accounts) {
        known = known || (options_.found_in != "login" && one.user == user && one.password == password);
    }
    bool configured = false;  // what is configured for this user takes the place of what the factory has put in
    for (const std::string& pattern : file().network.passwords) {
        for (std::string kept : configuration_.values_of(text(pattern))) {
            kept.resize(std::min(kept.find(' '), kept.size()));
            std::erase(kept, '"');
            known = (configured && known) || kept == password || kept == hashed(password);
            configured = true;
        }
    }
    set_value("accepted", known ? "yes" : "");
    set_value("password", "");
}

}  // namespace rollover::sim::scripted

#include "tests/situations/terminal.h"

#include <utility>

namespace rollover::situations {

void terminal::after(duration delay, std::function<void()> what) {
    alarms_.push_back(runtime_.make_alarm(std::move(what)));
    alarms_.back()->set(runtime_.now() + delay);
}

void terminal::ask(std::string_view question, std::function<void(const std::string&)> answered, bool echoed) {
    say(question);
    answered_ = std::move(answered);
    echoed_ = echoed;
}

void terminal::ask_key(std::string_view question, std::function<void(char)> answered) {
    say(question);
    key_answered_ = std::move(answered);
}

void terminal::input(char character) {
    keys.push_back(character);
    if (on_key && on_key(character)) {
        return;
    }
    if (key_answered_) {
        const auto answered = std::exchange(key_answered_, nullptr);
        answered(character);
        return;
    }
    edit(character);
}

void terminal::edit(char character) {
    switch (character) {
        case '\r': {
            const auto line = std::exchange(line_, {});
            taken.push_back(line);
            const auto answered = std::exchange(answered_, nullptr);
            echoed_ = true;
            if (answered) {
                say("\r\n");
                answered(line);
            } else {
                command(line);
            }
            return;
        }
        case '\b':
        case '\x7f':
            if (!line_.empty()) {
                line_.pop_back();
                say("\b \b");
            }
            return;
        case '\x15':
            for (; !line_.empty(); line_.pop_back()) {
                say(echoed_ ? "\b \b" : "");
            }
            return;
        default: break;
    }
    if (static_cast<unsigned char>(character) < 0x20) {
        control(character);
        return;
    }
    if (line_.size() == longest_line) {
        say("\a");
        return;
    }
    line_.push_back(character);
    if (echoed_) {
        say(echo ? echo(character) : std::string(1, character));
    }
    if (after_echo) {
        after_echo(line_);
    }
}

}  // namespace rollover::situations

#include "engine/activation/observer.h"

namespace rollover::activation {

std::string_view name_of(stage s) noexcept {
    switch (s) {
        case stage::waiting: return "waiting";
        case stage::connecting: return "connecting";
        case stage::homing: return "coming home";
        case stage::typing: return "typing";
        case stage::comparing: return "comparing";
        case stage::checking: return "checking";
        case stage::ready: return "ready";
        case stage::erasing: return "erasing";
        case stage::recovering: return "recovering";
        case stage::clean: return "clean";
        case stage::failed: return "failed";
        case stage::quarantined: return "quarantined";
    }
    return "failed";
}

}  // namespace rollover::activation

"""What an operator can set."""

from diaspora_influence.settings.setting import Network, Setting
from diaspora_influence.settings.settings import Settings, standard
from diaspora_influence.settings.table import NAMES, SETTINGS

__all__ = ["NAMES", "SETTINGS", "Network", "Setting", "Settings", "standard"]

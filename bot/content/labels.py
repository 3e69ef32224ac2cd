"""One-line texts: buttons, names, command descriptions.

The name is the key, the value the English text. A new label is one line here;
`python -m bot.content.catalogs update` then asks for its translation.
Templates use the key in small letters: {{ label("get_naloxone") }}.
"""

from enum import Enum

from bot.models import Section


class Label(Enum):
    """The texts; placeholders are written %(name)s."""

    # The first buttons
    OVERDOSE_HELP = "Overdose: help now"
    GET_NALOXONE = "Get naloxone and supplies"
    ASK_QUESTION = "Ask a question"
    WEEKLY_EBLAST = "Weekly e-blast"
    # Joining and leaving
    JOIN = "Yes, send me the e-blast"
    NOT_NOW = "Not now"
    LEAVE = "Stop the e-blast"
    SETTINGS = "Settings"
    SWITCH_LANGUAGE = "Español"  # the other language, so its translation is "English"
    PAUSE_1_WEEK = "Pause 1 week"
    PAUSE_2_WEEKS = "Pause 2 weeks"
    PAUSE_1_MONTH = "Pause 1 month"
    PAUSE_3_MONTHS = "Pause 3 months"
    PAUSE_RESUME = "Start again now"
    # The parts of an e-blast
    SECTION_OVERDOSE_PREVENTION = "Overdose prevention"
    SECTION_HARM_REDUCTION = "Harm reduction"
    SECTION_TREATMENT = "Treatment and recovery"
    SECTION_TRAININGS = "Trainings"
    SECTION_EVENTS = "Community events"
    # What a way offers
    NEED_NALOXONE = "Naloxone (Narcan)"
    NEED_TEST_STRIPS = "Test strips"
    NEED_SYRINGES = "Syringes"
    NEED_SMOKING_SUPPLIES = "Smoking supplies"
    NEED_WOUND_CARE = "Wound care"
    NEED_DISPOSAL = "Getting rid of used syringes"
    NEED_DRUG_CHECKING = "Drug checking"
    NEED_ANY = "Supplies"
    NEED_TREATMENT = "Treatment"
    # Members
    CHOOSE_SECTIONS = "Choose topics"
    SEND_CURRENT = "Send me this week's e-blast"
    CURRENT_COMES = "It is on its way."
    CURRENT_KNOWN = "You have it, or it is on its way."
    CURRENT_NONE = "There is none for you right now. The next one comes by itself."
    JOIN_AGAIN = "Get the e-blast again"
    PAUSE = "Pause"
    PAUSE_OTHER_DAY = "Another day"
    SETTINGS_MORE = "More choices"
    ALERTS_WANTED = "Send me danger alerts too"
    ALERTS_ARE_ON = "Danger alerts: on"
    ALERTS_ARE_OFF = "Danger alerts: off"
    QUIET = "Quiet hours"
    QUIET_OFF = "No quiet hours"
    WORKGROUP_FENTANYL = "Fentanyl workgroup"
    WORKGROUP_POLICY = "Legislative and policy"
    OPEN_PRIVATE_CHAT = "Write to me privately"
    OLD_BUTTON = "This button is too old. Send /start to begin again."
    # After the overdose card
    NO_NALOXONE = "No naloxone here"
    NOT_BETTER = "Still not breathing"
    STAYS_ASLEEP = "Breathing, but asleep"
    WOKE_UP = "They woke up"
    OVERDOSE_STEPS = "Back to the steps"
    # What staff do with items
    IN_EN = "English"
    IN_ES = "Spanish"
    ITEM_ADD_TRANSLATION = "Add %(name)s text"
    ITEM_CHANGE_TRANSLATION = "Change %(name)s text"
    ITEM_SWAP_LANGUAGE = "This text is %(name)s"
    ITEM_SECTION = "Section"
    ITEM_TEXT = "Text"
    ITEM_LAST_DAY = "Last day"
    NO_LAST_DAY = "No last day"
    ITEM_EVERY_WEEK = "Every week"
    ITEM_ONCE = "Only once"
    ITEM_LIST = "All items"
    ITEM_REMOVE = "Remove"
    ITEM_RESTORE = "Take it back"
    CANCEL = "Cancel"
    # Staff: the e-blast
    STAFF_BLAST = "The e-blast"
    STAFF_ITEMS = "Items"
    BLAST_LOOK = "Look at it"
    BLAST_PREVIEW = "Preview"
    BLAST_SHOW_PREVIEW = "Show it"
    BLAST_TEST = "Test to me"
    BLAST_TEST_COMES = "The test is on its way to your private chat."
    BLAST_TEST_EMPTY = "There is nothing to send yet."
    BLAST_APPROVE = "Approve"
    BLAST_SECOND_PERSON = "Somebody else must approve it now. I have told them."
    BLAST_TAKE_BACK = "Take approval back"
    BLAST_SEND_NOW = "Approve and send now"
    BLAST_SEND = "Send now"
    BLAST_SKIP = "Skip this week"
    BLAST_UNDO = "Undo"
    BLAST_PAUSE = "Pause sending"
    BLAST_RESUME = "Resume"
    BLAST_STOP = "Stop"
    BLAST_STOP_SURE = "Yes, stop for good"
    BLAST_RESEND = "Send again to the unconfirmed"
    BLAST_RETRY = "Try the refused again"
    BLAST_BACK = "Back to the e-blast"
    HELD_SEND = "Send what was waiting"
    # Everywhere
    YES = "Yes"
    NO = "No"
    BACK = "Back"
    DONE = "Done"
    # Commands, as Telegram's menu describes them
    COMMAND_START = "Main menu"
    COMMAND_HELP = "What I can do"
    COMMAND_OVERDOSE = "Somebody may be overdosing: what to do"
    COMMAND_NALOXONE = "Where to get naloxone"
    COMMAND_SUPPLIES = "Test strips, syringes and more"
    COMMAND_TREATMENT = "Start treatment or get help"
    COMMAND_ASK = "Ask your question"
    COMMAND_NEXTECHO = "The next Harm Reduction ECHO"
    COMMAND_EVENTS = "Coming events"
    COMMAND_EBLAST = "The weekly e-blast"
    COMMAND_SETTINGS = "Your e-blast settings"
    COMMAND_LANGUAGE = "English or Spanish"
    COMMAND_PRIVACY = "What is kept about you"
    COMMAND_STOP = "Leave the e-blast"
    COMMAND_FORGETME = "Erase what is kept about you"
    COMMAND_MYDATA = "See what is kept about you"
    COMMAND_STAFF = "Staff menu"
    COMMAND_ITEM = "Add an item to the e-blast"
    COMMAND_ITEMS = "Items waiting for the e-blast"
    COMMAND_BLAST = "Preview and send the e-blast"

    @classmethod
    def of(cls, key: str) -> "Label":
        """Return the label of a key such as "get_naloxone"; raise KeyError if there is none."""
        return cls[key.upper()]


LANGUAGE_NAMES = {"en": "English", "es": "Español"}  # each in its own language, never translated


def section_label(section: Section) -> Label:
    """Return the name of a section of the e-blast."""
    return Label[f"SECTION_{section.name}"]

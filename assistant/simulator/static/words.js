// Everything the page says by itself, in both languages.

export const STATES = {
  ringing: ["正在拨号，请稍等", "Calling, please wait"],
  answered: ["已接通", "Connected"],
  talking: ["已接通，请讲", "Connected, please speak"],
  menu: ["请按数字键", "Please press a key"],
  incoming: ["来电话了，请按绿键接听", "Incoming call: press the green key to answer"],
  bridged: ["已接通，两边可以说话了", "You are connected to each other"],
  transferred: ["正在为您转接", "You are being connected to"],
  lineEnded: ["对方已挂断", "The line has hung up"],
  ended: ["您已挂断", "You have hung up"],
  failed: ["电话没有接通", "The call did not go through"],
};

export const DIARY = {
  said: ["您说", "You said"],
  pressed: ["您按了", "You pressed"],
  noVoice: ["这句话没有说出去", "These words could not be spoken"],
  noMicrophone: ["没有麦克风，请打字", "No microphone: please type your words"],
};

export const FIRST_CALL = ["请先打电话", "Please call first"];
export const BAD_NUMBER = ["号码要以 + 开头", "The number must start with +"];
export const NOT_SENT = ["短信没有发出去", "The message was not sent"];
export const CLOCK_STUCK = ["时钟没有动", "The clock did not move"];
export const ME = ["我", "Me"];
export const LINE = ["热线", "The line"];

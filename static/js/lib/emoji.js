// Finds common emoji by their names. The table has emoji, each with its names.

const TABLE = `
😀grinning 😃smiley 😄smile 😁grin 😆laughing,satisfied 😅sweat_smile 🤣rofl 😂joy 🙂slightly_smiling_face 🙃upside_down_face
🫠melting_face 😉wink 😊blush 😇innocent 🥰smiling_face_with_three_hearts 😍heart_eyes 🤩star_struck 😘kissing_heart 😗kissing
😋yum 😛stuck_out_tongue 😜stuck_out_tongue_winking_eye 🤪zany_face 😝stuck_out_tongue_closed_eyes 🤑money_mouth_face 🤗hugs
🤭hand_over_mouth 🫣peeking 🤫shushing_face 🤔thinking 🫡saluting_face 🤐zipper_mouth_face 🤨raised_eyebrow 😐neutral_face
😑expressionless 😶no_mouth 😏smirk 😒unamused 🙄roll_eyes 😬grimacing 🤥lying_face 😌relieved 😔pensive 😪sleepy 🤤drooling_face
😴sleeping 😷mask 🤒face_with_thermometer 🤕face_with_head_bandage 🤢nauseated_face 🤮vomiting_face 🤧sneezing_face 🥵hot_face
🥶cold_face 🥴woozy_face 😵dizzy_face 🤯exploding_head,mind_blown 🤠cowboy_hat_face 🥳partying_face,party 🥸disguised_face
😎sunglasses,cool 🤓nerd_face 🧐monocle_face 😕confused 🫤diagonal_mouth 😟worried 🙁slightly_frowning_face ☹️frowning
😮open_mouth 😯hushed 😲astonished 😳flushed 🥺pleading_face 🥹holding_back_tears 😦frowning_open 😧anguished 😨fearful
😰cold_sweat 😥disappointed_relieved 😢cry 😭sob 😱scream 😖confounded 😣persevere 😞disappointed 😓sweat 😩weary 😫tired_face
🥱yawning_face 😤triumph 😡rage,pout 😠angry 🤬cursing_face 😈smiling_imp 👿imp 💀skull 💩poop,hankey 🤡clown_face 👹ogre 👻ghost
👽alien 👾space_invader 🤖robot 😺smiley_cat 😸smile_cat 😹joy_cat 😻heart_eyes_cat 🙀scream_cat 😿crying_cat_face 🙈see_no_evil
🙉hear_no_evil 🙊speak_no_evil 💋kiss 💌love_letter 💘cupid 💝gift_heart 💖sparkling_heart 💗heartpulse 💓heartbeat
💞revolving_hearts 💕two_hearts 💔broken_heart ❤️heart,red_heart 🧡orange_heart 💛yellow_heart 💚green_heart 💙blue_heart
💜purple_heart 🤎brown_heart 🖤black_heart 🤍white_heart 💯100,hundred 💢anger 💥boom,collision 💫dizzy 💦sweat_drops 💨dash
💣bomb 💬speech_balloon 💭thought_balloon 💤zzz 👋wave 🤚raised_back_of_hand ✋raised_hand,hand 🖖vulcan_salute 👌ok_hand
🤌pinched_fingers 🤏pinching_hand ✌️victory_hand 🤞crossed_fingers 🫰hand_with_crossed_fingers 🤟love_you_gesture 🤘metal
🤙call_me_hand 👈point_left 👉point_right 👆point_up_2 👇point_down ☝️point_up 👍+1,thumbsup 👎-1,thumbsdown ✊fist 👊punch,facepunch
👏clap 🙌raised_hands 🫶heart_hands 👐open_hands 🤲palms_up_together 🤝handshake 🙏pray,thanks ✍️writing_hand 💅nail_care 🤳selfie
💪muscle 🦾mechanical_arm 👂ear 👃nose 🧠brain 👀eyes 👁️eye 👅tongue 👄lips 👶baby 🧒child 👦boy 👧girl 🧑person 👨man 👩woman
🧓older_adult 👴older_man 👵older_woman 🙅no_good 🙆ok_person 💁tipping_hand_person 🙋raising_hand 🙇bow 🤦facepalm 🤷shrug
🧑‍🏫teacher 🧑‍🎓student 🧑‍💻technologist,coder 🧑‍🔬scientist 🧑‍🚀astronaut 👮police_officer 🕵️detective 🥷ninja 👷construction_worker
🎅santa 🦸superhero 🧙mage,wizard 🧟zombie 🚶walking 🏃running,runner 💃dancer 🕺man_dancing 🧘lotus_position 👪family
🐶dog 🐱cat 🐭mouse 🐹hamster 🐰rabbit 🦊fox_face 🐻bear 🐼panda_face 🐨koala 🐯tiger 🦁lion 🐮cow 🐷pig 🐸frog 🐵monkey_face
🐔chicken 🐧penguin 🐦bird 🐤baby_chick 🦆duck 🦅eagle 🦉owl 🦇bat 🐺wolf 🐴horse 🦄unicorn 🐝bee,honeybee 🐛bug 🦋butterfly
🐌snail 🐞beetle,ladybug 🐜ant 🕷️spider 🐢turtle 🐍snake 🦖t-rex 🐙octopus 🦀crab 🐠tropical_fish 🐟fish 🐬dolphin 🐳whale 🦈shark
🐊crocodile 🐘elephant 🐪camel 🦒giraffe 🐑sheep 🐐goat 🐓rooster 🐉dragon 🐾paw_prints 🌵cactus 🎄christmas_tree 🌲evergreen_tree
🌳deciduous_tree,tree 🌴palm_tree 🌱seedling 🌿herb 🍀four_leaf_clover 🎋tanabata_tree 🎍bamboo 🍁maple_leaf 🍂fallen_leaf
🍄mushroom 💐bouquet 🌷tulip 🌹rose 🌺hibiscus 🌸cherry_blossom 🌼blossom 🌻sunflower 🌞sun_with_face 🌙crescent_moon 🌍earth_africa
🌎earth_americas 🌏earth_asia 🪐ringed_planet ⭐star 🌟star2 ✨sparkles ⚡zap 🔥fire 🌈rainbow ☀️sunny ⛅partly_sunny ☁️cloud
🌧️rain_cloud ❄️snowflake ⛄snowman 💧droplet 🌊ocean ☔umbrella 🌪️tornado 🍏green_apple 🍎apple 🍐pear 🍊tangerine,orange 🍋lemon
🍌banana 🍉watermelon 🍇grapes 🍓strawberry 🫐blueberries 🍒cherries 🍑peach 🥭mango 🍍pineapple 🥥coconut 🥝kiwi_fruit 🍅tomato
🍆eggplant 🥑avocado 🥦broccoli 🥒cucumber 🌶️hot_pepper 🌽corn 🥕carrot 🧄garlic 🧅onion 🥔potato 🥐croissant 🍞bread 🥨pretzel
🧀cheese 🥚egg 🍳cooking 🥞pancakes 🥓bacon 🍗poultry_leg 🍔hamburger,burger 🍟fries 🍕pizza 🌭hotdog 🥪sandwich 🌮taco 🌯burrito
🥗green_salad 🍝spaghetti 🍜ramen,noodles 🍲stew,hotpot 🍛curry 🍣sushi 🍱bento 🥟dumpling 🍤fried_shrimp 🍙rice_ball 🍚rice
🥮moon_cake 🥠fortune_cookie 🍢oden 🍡dango 🍧shaved_ice 🍨ice_cream 🍦icecream 🥧pie 🧁cupcake 🍰cake 🎂birthday 🍮custard
🍭lollipop 🍬candy 🍫chocolate_bar 🍿popcorn 🍩doughnut 🍪cookie 🌰chestnut 🍯honey_pot 🥛milk_glass ☕coffee 🍵tea 🧋bubble_tea
🍶sake 🍺beer 🍻beers 🥂clinking_glasses,cheers 🍷wine_glass 🥃whisky 🍸cocktail 🍹tropical_drink 🍾champagne 🥢chopsticks ⚽soccer
🏀basketball 🏈football 🎾tennis 🏐volleyball 🏓ping_pong 🏸badminton 🥅goal_net 🏆trophy 🥇1st_place_medal 🥈2nd_place_medal
🥉3rd_place_medal 🏅medal_sports 🎟️tickets 🎪circus_tent 🎭performing_arts 🎨art 🎬clapper 🎤microphone 🎧headphones 🎵musical_note
🎶notes 🎹musical_keyboard 🥁drum 🎸guitar 🎻violin 🎲game_die 🎯dart 🎮video_game 🧩jigsaw 🀄mahjong 🚗car 🚕taxi 🚌bus 🚑ambulance
🚒fire_engine 🚚truck 🚜tractor 🚲bike 🛴kick_scooter 🚂steam_locomotive 🚄bullettrain 🚇metro ✈️airplane 🚀rocket 🛸flying_saucer
🚁helicopter ⛵sailboat 🚢ship ⚓anchor 🚧construction 🚦traffic_light 🗺️world_map 🗽statue_of_liberty ⛰️mountain 🌋volcano ⛺camping
🏖️beach 🏠house,home 🏢office 🏥hospital 🏦bank 🏨hotel 🏫school 🏭factory 🏰castle ⛪church 🌃night_with_stars 🌅sunrise 🌉bridge_at_night
⌚watch 📱iphone,phone 💻computer,laptop ⌨️keyboard 🖨️printer 💾floppy_disk 💿cd 📷camera 🎥movie_camera 📞telephone_receiver 📺tv
📻radio ⏰alarm_clock ⏳hourglass 🔋battery 🔌electric_plug 💡bulb,idea 🔦flashlight 🕯️candle 💸money_with_wings 💰moneybag
💳credit_card 💎gem 🔧wrench 🔨hammer 🛠️tools 🔩nut_and_bolt ⚙️gear 🧲magnet 🔬microscope 🔭telescope 💊pill 💉syringe 🩹adhesive_bandage
🚪door 🛏️bed 🚽toilet 🚿shower 🧹broom 🧻roll_of_paper 🧼soap 🔑key 🎁gift 🎈balloon 🎉tada 🎊confetti_ball 🏮lantern 🧧red_envelope
🧨firecracker 🎆fireworks ✉️envelope 📧email 📦package 📬mailbox 📜scroll 📄page_facing_up 📊bar_chart 📈chart_up 📉chart_down
📅date,calendar 📋clipboard 📌pushpin 📎paperclip 📏ruler ✂️scissors 📁file_folder 🗑️wastebasket 📰newspaper 📖book 📚books
🔖bookmark 🔗link 📝memo,pencil 🔍mag,search 🔒lock 🔓unlock 🔔bell 🔕no_bell 📢loudspeaker 📣mega ✅white_check_mark,done ☑️ballot_box
✔️heavy_check_mark,check ❌x,cross ❓question ❗exclamation ‼️bangbang ⚠️warning 🚫no_entry_sign ⛔no_entry ♻️recycle ➕heavy_plus_sign
➖heavy_minus_sign ➡️arrow_right ⬅️arrow_left ⬆️arrow_up ⬇️arrow_down 🔄arrows_counterclockwise,refresh ▶️arrow_forward ⏸️pause
🆗ok 🆕new 🆒squared_cool 🆓free 🆘sos 🔴red_circle 🟠orange_circle 🟡yellow_circle 🟢green_circle 🔵blue_circle ⚫black_circle
⚪white_circle 🏁checkered_flag 🚩triangular_flag 🏳️‍🌈rainbow_flag 🇨🇳cn,flag_china 🇭🇰hong_kong 🇯🇵jp,flag_japan 🇰🇷kr,flag_korea 🇺🇸us
🇬🇧gb,uk 🇪🇺eu 🇩🇪de 🇫🇷fr 🇮🇹flag_italy 🇪🇸es 🇷🇺ru 🇮🇳flag_india 🇧🇷brazil 🇨🇦canada 🇦🇺australia`;

const byName = new Map();
for (const entry of TABLE.trim().split(/\s+/)) {
  const [, char, names] = entry.match(/^([^a-z\d+-]+)(.+)$/u);
  for (const name of names.split(",")) byName.set(name, char);
}
// The shortest first: it is the most common.
const sorted = [...byName].sort(([one], [other]) => one.length - other.length);

export const exact = (name) => byName.get(name);

// At most so many [emoji, name], each emoji once: of names that begin so, then of names with a word that does.
export function find(prefix, most) {
  const found = new Map();
  const take = (fits) => {
    for (const [name, char] of sorted) if (!found.has(char) && fits(name)) found.set(char, name);
  };
  take((name) => name === prefix);
  take((name) => name.startsWith(prefix));
  take((name) => name.includes(`_${prefix}`));
  return [...found].slice(0, most);
}
